import type { DataDirectory } from './platform/data-directory.ts';
import type { Logger } from './platform/logger.ts';
import { startHandoffWatch } from './start-handoff-watch.ts';
import { startIdleEnds } from './start-idle-ends.ts';
import { startTimers } from './start-timers.ts';
import { startTrailCheck } from './start-trail-check.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** Starts all that is done by itself: nothing of it is needed to answer, so it is loaded after the doors are open. Returns how to stop. */
export function startWatches(
  store: WiredStore,
  requests: WiredRequests,
  parts: { readonly directory: DataDirectory; readonly logger: Logger },
): () => void {
  const endings = [
    startTimers(store, parts),
    startTrailCheck(store, parts.logger),
    startIdleEnds(store, requests, parts),
    startHandoffWatch(store, requests, parts.logger),
  ];
  return () => {
    for (const end of endings) end();
  };
}
