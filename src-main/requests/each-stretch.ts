import { createClock } from '#main/platform/clock.ts';
import type { RowIdRange } from '#main/sqlite/row-conditions.ts';
import type { RequestsStore } from './requests-store.ts';
import { ENDLESS, type SearchBudget } from './search-budget.ts';
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

/** Why there were no more stretches. `reachedId`: no row from it on was left out. */
export type StretchesEnd =
  { readonly kind: 'whole' | 'enough' } | { readonly kind: 'spent'; readonly reachedId: number };

/** Calls `look` with one stretch of the log after the other, newest first, outside of which no row matches, until it says that it has
 *  seen enough or the budget is spent. Others have a turn in between: the longer a look takes, the fewer rows the next stretch has. */
export async function eachStretch(
  parts: {
    readonly store: RequestsStore;
    readonly search: Search;
    readonly range: RowIdRange;
    readonly pause: Pause;
    readonly budget?: SearchBudget;
  },
  look: (stretch: RowIdRange) => 'enough' | 'more',
): Promise<StretchesEnd> {
  const { store, search, range, pause, budget = ENDLESS } = parts;
  const { monotonicMs } = createClock();
  const length = { rows: FIRST_ROWS, isCut: false };
  let reachedId: number | null = null;
  for (const stretch of rangesWithRows(store, search, range, length)) {
    // Not after the last one: whoever has seen everything has not run out of time.
    if (reachedId !== null && budget.isSpent()) return { kind: 'spent', reachedId };
    const startMs = monotonicMs();
    if (look(stretch) === 'enough') return { kind: 'enough' };
    length.rows = nextRows(length, monotonicMs() - startMs);
    await pause();
    reachedId = stretch.fromId;
  }
  return { kind: 'whole' };
}

/** `isCut` = there were as many rows as asked for, so that the time says something of them. */
function nextRows(
  { rows, isCut }: { readonly rows: number; readonly isCut: boolean },
  tookMs: number,
): number {
  if (tookMs > TURN_MS) return Math.max(ROWS_MIN, Math.floor((rows * TURN_MS) / tookMs));
  return isCut && tookMs < TURN_MS / 2 ? Math.min(2 * rows, ROWS_MAX) : rows;
}
