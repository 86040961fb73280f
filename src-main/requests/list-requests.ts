import type { HandlerInput, Output } from '#contract/contract.ts';
import type { RequestFilter, RequestRow } from '#contract/requests.ts';
import { AppError } from '#main/platform/app-error.ts';
import { atMsOfRow, firstRowOf } from '#main/sqlite/requests-row-id.ts';
import type { RowIdRange } from '#main/sqlite/row-conditions.ts';
import { eachStretch, type Pause, type StretchesEnd } from './each-stretch.ts';
import type { RequestsStore } from './requests-store.ts';
import { ENDLESS, type SearchBudget } from './search-budget.ts';
import { searchOf } from './search-ranges.ts';

/** A row with its id, to go on from. */
export interface FoundRow {
  readonly id: number;
  readonly row: RequestRow;
}

/** Every id is below this: 2^53 / 1,024 ms is in the year 2248. */
const ID_END = Number.MAX_SAFE_INTEGER;

/** A page of the log, newest first. Keyset paging: rows that come or go meanwhile neither repeat nor hide others.
 *  Throws INVALID_INPUT for a cursor that is not one of ours. */
export async function listRequests(
  store: RequestsStore,
  { filter, cursor, limit }: Omit<HandlerInput<'requests.list'>, 'searchId' | 'budgetMs'>,
  pause: Pause,
  budget: SearchBudget = ENDLESS,
): Promise<Output<'requests.list'>> {
  const range = idRange(filter, cursor === undefined ? ID_END : readCursor(cursor));
  const { rows, end } = await searchRows({ store, filter, range, limit: limit + 1, pause, budget });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const reachedId = last === undefined && end.kind === 'spent' ? end.reachedId : null;
  const nextId = last?.id ?? reachedId;
  return {
    items: rows.slice(0, limit).map(({ row }) => row),
    nextCursor: nextId === null ? null : writeCursor(nextId),
    removedBefore: store.removedBeforeMs(),
    searchedTo: reachedId === null ? null : atMsOfRow(reachedId),
  };
}

/** The newest row with this request id; null when there is none. */
export async function getRequest(
  store: RequestsStore,
  { requestId }: HandlerInput<'requests.get'>,
  pause: Pause,
): Promise<RequestRow | null> {
  const found = await findRows({ store, filter: { requestId }, range: idRange({}), limit: 1, pause });
  return found[0]?.row ?? null;
}

/** What rows are searched for. */
interface RowSearch {
  readonly store: RequestsStore;
  readonly filter: RequestFilter;
  readonly range: RowIdRange;
  readonly limit: number;
  readonly pause: Pause;
  readonly budget?: SearchBudget;
}

/** At most `limit` matching rows of the range, newest first. Others have a turn between stretches of the log: rows that come
 *  meanwhile are newer than the first row found and are left out, except those that come late. */
export async function findRows(search: RowSearch): Promise<readonly FoundRow[]> {
  return (await searchRows(search)).rows;
}

/** The same, and whether the budget was spent before the range was. */
export async function searchRows(
  search: RowSearch,
): Promise<{ readonly rows: readonly FoundRow[]; readonly end: StretchesEnd }> {
  const { store, filter, range, limit, pause, budget = ENDLESS } = search;
  const asked = searchOf(store.db, filter);
  const rows: FoundRow[] = [];
  const end = await eachStretch({ store, search: asked, range, pause, budget }, (stretch) => {
    for (const one of store.db.search.rows(asked.condition, stretch, limit - rows.length)) rows.push(one);
    return rows.length >= limit ? 'enough' : 'more';
  });
  return { rows, end };
}

/** Ids of rows in the filter's time, older than row `beforeId`. */
export function idRange(
  { from, to }: Pick<RequestFilter, 'from' | 'to'>,
  beforeId: number = ID_END,
): RowIdRange {
  const fromId = from === undefined ? 0 : Math.min(firstRowOf(from), ID_END);
  const toId = to === undefined ? ID_END : Math.min(firstRowOf(to), ID_END);
  return { fromId, toId: Math.min(toId, beforeId) };
}

function writeCursor(id: number): string {
  return `before-${id.toString(36)}`;
}

function readCursor(cursor: string): number {
  const id = /^before-([0-9a-z]{1,11})$/.exec(cursor)?.[1];
  const beforeId = id === undefined ? Number.NaN : Number.parseInt(id, 36);
  if (!Number.isSafeInteger(beforeId)) {
    const message = 'This cursor is not from this list. Start again without one.';
    throw new AppError('INVALID_INPUT', message, [{ path: 'cursor', message }]);
  }
  return beforeId;
}
