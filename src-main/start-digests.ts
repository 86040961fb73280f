import { sendDigests } from './passport/send-digests.ts';
import { AppError } from './platform/app-error.ts';
import { errorCode } from './platform/error-code.ts';
import type { Logger } from './platform/logger.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

const FIRST_LOOK_MS = 9_000;
const LOOK_EVERY_MS = 60_000;

/** Starts mailing weekly digests. Keeps no process alive. Returns how to stop. */
export function startDigests(store: WiredStore, requests: WiredRequests, logger: Logger): () => void {
  let isLooking = false;
  let isEnded = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      await sendDigests(store.system, (question) => requests.client.query('usage.summary', question));
    } catch (error) {
      // The log is down: they wait for it.
      const isWaiting = error instanceof AppError && error.code === 'UNAVAILABLE';
      if (!isEnded && !isWaiting) {
        logger.error('Weekly digests could not be sent; it is tried again.', {
          error,
          code: errorCode(error),
        });
      }
    }
    isLooking = false;
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
