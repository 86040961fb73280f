import { AppError } from './platform/app-error.ts';
import type { Logger } from './platform/logger.ts';
import { noteSizes } from './requests/storage-report.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

const FIRST_LOOK_MS = 30_000;
const LOOK_EVERY_MS = 3_600_000;

/** Starts remembering how large the databases are, day by day. Keeps no process alive. Returns how to stop. */
export function startSizes(store: WiredStore, requests: WiredRequests, logger: Logger): () => void {
  let isEnded = false;
  const look = async (): Promise<void> => {
    try {
      const room = await requests.client.query('log.room', null);
      if (!isEnded) noteSizes(store.system(), room);
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
