import type { Pause } from './each-stretch.ts';
import type { LogRoom } from './log-room.ts';
import type { RequestsStore } from './requests-store.ts';

/** Pages given back in one step, some ms. */
const STEP_PAGES = 512;

/** How large the log is. */
export function logRoom({ db }: RequestsStore): LogRoom {
  return db.fileSize();
}

/** Gives all free pages back to the file system; how large the log is then. Waiting batches are written between its steps. Throws the
 *  signal's reason, and keeps what it has given back by then. */
export async function compactLog({
  store,
  pause,
  signal,
  tell,
}: {
  readonly store: RequestsStore;
  readonly pause: Pause;
  readonly signal: AbortSignal;
  readonly tell: (done: number, total: number | null) => void;
}): Promise<LogRoom> {
  const { db } = store;
  const wanted = db.fileSize().freeBytes;
  try {
    for (let left = wanted; left > 0;) {
      tell(Math.max(0, wanted - left), wanted);
      await pause();
      signal.throwIfAborted();
      db.shrink(STEP_PAGES);
      const next = db.fileSize().freeBytes;
      // Nothing more can be moved.
      if (next >= left) break;
      left = next;
    }
  } finally {
    // Until then the file itself is as long as before.
    db.checkpoint();
  }
  tell(wanted, wanted);
  return db.fileSize();
}
