import type { RequestFilter } from '#contract/requests.ts';
import { createClock } from '#main/platform/clock.ts';
import { dayOfRow, rowsOfDay } from '#main/sqlite/requests-day-tables.ts';
import { ROWS_PER_MS } from '#main/sqlite/requests-row-id.ts';
import type { Pause } from './each-stretch.ts';
import type { FoundRow } from './list-requests.ts';
import type { RequestsStore } from './requests-store.ts';
import type { SearchBudget } from './search-budget.ts';
import { searchOf } from './search-ranges.ts';

/** First piece of the log that is looked at, ms; the next ones grow while they are quick. */
const FIRST_SPAN_MS = 1_000;
/** How long a piece may take: others wait for it. */
const TURN_MS = 20;

/** At most `limit` matching rows after row `afterId`, oldest first. `reachedId`: every row up to it was looked at. */
export async function rowsAfter(search: {
  readonly store: RequestsStore;
  readonly filter: RequestFilter;
  readonly afterId: number;
  readonly limit: number;
  readonly pause: Pause;
  readonly budget: SearchBudget;
}): Promise<{ readonly rows: readonly FoundRow[]; readonly reachedId: number; readonly isWhole: boolean }> {
  const { store, filter, afterId, limit, pause, budget } = search;
  const { condition } = searchOf(store.db, filter);
  const { monotonicMs } = createClock();
  const newestId = store.db.rows.newestId() ?? 0;
  const rows: FoundRow[] = [];
  let fromId = afterId + 1;
  let spanMs = FIRST_SPAN_MS;
  while (fromId <= newestId && !budget.isSpent()) {
    const dayEnd = rowsOfDay(dayOfRow(fromId)).toId;
    if (!store.db.rows.days.has(dayOfRow(fromId))) {
      fromId = dayEnd;
      continue;
    }
    const toId = Math.min(fromId + spanMs * ROWS_PER_MS, dayEnd);
    const startMs = monotonicMs();
    for (const one of store.db.search.rowsUp(condition, { fromId, toId }, limit - rows.length))
      rows.push(one);
    const last = rows.at(-1);
    if (last !== undefined && rows.length >= limit) return { rows, reachedId: last.id, isWhole: true };
    const tookMs = monotonicMs() - startMs;
    spanMs = tookMs > TURN_MS ? Math.max(FIRST_SPAN_MS, Math.floor(spanMs / 2)) : spanMs * 4;
    fromId = toId;
    await pause();
  }
  // Rows that came meanwhile may be above: they are looked at next time.
  return { rows, reachedId: Math.max(afterId, Math.min(fromId - 1, newestId)), isWhole: fromId > newestId };
}
