import { errorCode } from './platform/error-code.ts';
import type { Logger } from './platform/logger.ts';
import type { WiredRequests } from './wire-requests.ts';
import type { WiredStore } from './wire-store.ts';

/** Not at once: starting comes first. */
const FIRST_LOOK_MS = 10_000;
const LOOK_EVERY_MS = 60_000;
/** Looks after a request: one sees whole minutes only, so that the next one sees the minute of the last look. */
const LOOKS_AFTER_REQUEST = 2;

/** Starts looking for keys that suddenly do far more than they usually do: in the thread of the log, once a minute, and not at all
 *  while nothing is asked. Keeps no process alive. Returns how to stop. */
export function startSpikes(store: WiredStore, requests: WiredRequests, logger: Logger): () => void {
  let looksLeft = LOOKS_AFTER_REQUEST;
  let isLooking = false;
  let isEnded = false;
  const unsubscribe = store.announcements.subscribe(({ subjects }) => {
    if (subjects.includes('requests')) looksLeft = LOOKS_AFTER_REQUEST;
  });
  const look = async (): Promise<void> => {
    if (isLooking || isEnded || looksLeft === 0 || requests.client.state === 'down') return;
    isLooking = true;
    looksLeft -= 1;
    try {
      const isFound = await requests.client.query('spikes.look', null);
      if (isFound && !isEnded) store.announcements.announce({ kind: 'changed', subjects: ['notices'] });
    } catch (error) {
      // A log that ends or stops is told of elsewhere; what was not seen now is in the next look's ten minutes.
      if (!isEnded) {
        logger.error('Spikes of keys could not be looked for; it is tried again.', {
          error,
          code: errorCode(error),
        });
      }
    } finally {
      isLooking = false;
    }
  };
  const timers = [
    setTimeout(() => void look(), FIRST_LOOK_MS),
    setInterval(() => void look(), LOOK_EVERY_MS),
  ];
  for (const timer of timers) timer.unref();
  return () => {
    isEnded = true;
    unsubscribe();
    for (const timer of timers) clearTimeout(timer);
  };
}
