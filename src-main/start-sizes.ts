import { AppError } from './platform/app-error.ts';
import type { Logger } from './platform/logger.ts';
import type { Clock } from './platform/clock.ts';
import { noteSizes } from './requests/storage-report.ts';
import { KeyStatusCount } from './system/key-status-count.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

const FIRST_LOOK_MS = 30_000;
const LOOK_EVERY_MS = 3_600_000;

/** Starts remembering how large the databases are and how many keys there are, day by day. Keeps no process alive. Returns how to stop. */
export function startSizes(
  store: WiredStore,
  requests: WiredRequests,
  { logger, clock }: { readonly logger: Logger; readonly clock: Clock },
): () => void {
  const keys = new KeyStatusCount({ db: () => store.store.db, nowMs: clock.nowMs });
  let isEnded = false;
  const look = async (): Promise<void> => {
    try {
      const room = await requests.client.query('log.room', null);
      const counts = await keys.read();
      const keyCount = Object.values(counts).reduce((sum, count) => sum + count, 0);
      if (!isEnded) noteSizes(store.system(), room, keyCount);
    } catch (error) {
      // While the log is down nobody knows; the next hour tells.
      if (!isEnded && !(error instanceof AppError))
        logger.error('The sizes of the databases could not be noted.', { error });
    }
  };
  const timers = [
    setTimeout(() => void look(), FIRST_LOOK_MS),
    setInterval(() => void look(), LOOK_EVERY_MS),
  ];
  for (const timer of timers) timer.unref();
  return () => {
    isEnded = true;
    for (const timer of timers) clearTimeout(timer);
  };
}
