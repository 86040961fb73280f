import type { HandlerInput, Output } from '#contract/contract.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { Pause } from './each-stretch.ts';
import { findRows, idRange } from './list-requests.ts';
import type { RequestsStore } from './requests-store.ts';
import { rowsAfter } from './rows-after.ts';
import type { SearchBudget } from './search-budget.ts';

/** Rows that are looked at in one call; a busier log is told by `hasMore`. */
const TAIL_ROWS_MAX = 5_000;

/** Rows after the cursor, oldest first. More than `limit`: every nth, and how many there were. Throws INVALID_INPUT for a cursor that
 *  is not one of ours. */
export async function tailRequests(
  store: RequestsStore,
  { filter, after, limit }: HandlerInput<'requests.tail'>,
  pause: Pause,
  budget: SearchBudget,
): Promise<Output<'requests.tail'>> {
  const newestId = store.db.rows.newestId() ?? 0;
  if (after === undefined) {
    const range = { ...idRange(filter), toId: newestId + 1 };
    const found = await findRows({ store, filter, range, limit, pause, budget });
    const items = found.map(({ row }) => row).reverse();
    return { items, matched: items.length, every: 1, after: writeCursor(newestId), hasMore: false };
  }
  const afterId = readCursor(after);
  const { rows, reachedId, isWhole } = await rowsAfter({
    store,
    filter,
    afterId,
    limit: TAIL_ROWS_MAX,
    pause,
    budget,
  });
  const every = Math.max(1, Math.ceil(rows.length / limit));
  return {
    // The newest row is always one of them.
    items: rows.filter((_row, index) => (rows.length - 1 - index) % every === 0).map(({ row }) => row),
    matched: rows.length,
    every,
    after: writeCursor(reachedId),
    hasMore: rows.length >= TAIL_ROWS_MAX || !isWhole,
  };
}

function writeCursor(id: number): string {
  return `after-${id.toString(36)}`;
}

function readCursor(cursor: string): number {
  const id = /^after-([0-9a-z]{1,11})$/.exec(cursor)?.[1];
  const afterId = id === undefined ? Number.NaN : Number.parseInt(id, 36);
  if (!Number.isSafeInteger(afterId)) {
    const message = 'This cursor is not from this list. Start again without one.';
    throw new AppError('INVALID_INPUT', message, [{ path: 'after', message }]);
  }
  return afterId;
}
