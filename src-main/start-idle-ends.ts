import { IdleEndWatch } from './keys/idle-end-watch.ts';
import type { DataDirectory } from './platform/data-directory.ts';
import type { Logger } from './platform/logger.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** Starts ending old secrets that nobody uses any more. Returns how to stop. */
export function startIdleEnds(
  store: WiredStore,
  requests: WiredRequests,
  { directory, logger }: { readonly directory: DataDirectory; readonly logger: Logger },
): () => void {
  const watch = new IdleEndWatch({
    context: store.system,
    isUseKnown: requests.isUseKnown,
    newestEarlierMs: requests.newestEarlierMs,
    file: directory.usesKnown,
    logger,
  });
  watch.start();
  return () => {
    watch.close();
  };
}
