import { errorCode } from './platform/error-code.ts';
import type { Logger } from './platform/logger.ts';
import type { WiredStore } from './wire-store.ts';

/** Keys a step, some 1 ms: no request waits longer for it. */
const KEYS_PER_STEP = 250;
/** Between two steps … */
const PAUSE_MS = 1;
/** … and while there is other work, which then gets most of the time. */
const BUSY_PAUSE_MS = 8;
/** A timer that comes so much late was behind other work. */
const BUSY_LATE_MS = 1;

/** Reads the secrets of a large store into memory, soon after start and again after each restore, in steps beside the work: some seconds a
 *  million keys. Until then, and where it fails, they are read one by one as they are asked for. Keeps no process alive. Returns how
 *  to stop. */
export function startReadAhead(
  { store, announcements }: Pick<WiredStore, 'store' | 'announcements'>,
  { logger, monotonicMs }: { readonly logger: Logger; readonly monotonicMs: () => number },
): () => void {
  let reading: unknown = null;
  let timer: NodeJS.Timeout;
  const stepIn = (ms: number): void => {
    const dueMs = monotonicMs() + ms;
    timer = setTimeout(() => {
      step(monotonicMs() - dueMs > BUSY_LATE_MS);
    }, ms);
    timer.unref();
  };
  const step = (isBusy: boolean): void => {
    reading = store.db;
    try {
      if (store.db.verify.readAhead(KEYS_PER_STEP)) stepIn(isBusy ? BUSY_PAUSE_MS : PAUSE_MS);
    } catch (error) {
      // A store that cannot be read shows elsewhere too.
      logger.warn('Keys were not read ahead.', { code: errorCode(error) });
    }
  };
  stepIn(PAUSE_MS);
  const unsubscribe = announcements.subscribe(() => {
    if (reading === null || reading === store.db) return;
    clearTimeout(timer);
    step(true);
  });
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}
