import { createClock } from '#main/platform/clock.ts';
import type { RowIdRange } from '#main/sqlite/requests-search-queries.ts';
import type { RequestsStore } from './requests-store.ts';
import { rangesWithRows, type Search } from './search-ranges.ts';

/** Waits until others had a turn: batches that wait are written, shorter questions answered. */
export type Pause = () => Promise<void>;

/** Rows of the first stretch of a search: most pages are full after it. */
const FIRST_ROWS = 1_000;
/** Rows of any stretch. */
const ROWS_MIN = 250;
const ROWS_MAX = 16_000;
/** How long a stretch may take: others wait for it. */
const TURN_MS = 20;

/** Calls `look` with one stretch of the log after the other, newest first, outside of which no row matches, until it says that it has
 *  seen enough. Others have a turn in between: the longer a look takes, the fewer rows the next stretch has. */
export async function eachStretch(
  parts: {
    readonly store: RequestsStore;
    readonly search: Search;
    readonly range: RowIdRange;
    readonly pause: Pause;
  },
  look: (stretch: RowIdRange) => 'enough' | 'more',
): Promise<void> {
  const { store, search, range, pause } = parts;
  const { monotonicMs } = createClock();
  const length = { rows: FIRST_ROWS, isCut: false };
  for (const stretch of rangesWithRows(store, search, range, length)) {
    const startMs = monotonicMs();
    if (look(stretch) === 'enough') return;
    length.rows = nextRows(length, monotonicMs() - startMs);
    await pause();
  }
}

/** `isCut` = there were as many rows as asked for, so that the time says something of them. */
function nextRows(
  { rows, isCut }: { readonly rows: number; readonly isCut: boolean },
  tookMs: number,
): number {
  if (tookMs > TURN_MS) return Math.max(ROWS_MIN, Math.floor((rows * TURN_MS) / tookMs));
  return isCut && tookMs < TURN_MS / 2 ? Math.min(2 * rows, ROWS_MAX) : rows;
}
