import type { HandlerInput, Output } from '#contract/contract.ts';
import type { RequestFilter, RequestRow } from '#contract/requests.ts';
import { AppError } from '#main/platform/app-error.ts';
import { firstRowOf } from '#main/sqlite/requests-row-id.ts';
import type { RowIdRange } from '#main/sqlite/requests-search-queries.ts';
import { eachStretch, type Pause } from './each-stretch.ts';
import type { RequestsStore } from './requests-store.ts';
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
  { filter, cursor, limit }: HandlerInput<'requests.list'>,
  pause: Pause,
): Promise<Output<'requests.list'>> {
  const range = idRange(filter, cursor === undefined ? ID_END : readCursor(cursor));
  const found = await findRows({ store, filter, range, limit: limit + 1, pause });
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    items: found.slice(0, limit).map(({ row }) => row),
    nextCursor: last === undefined ? null : writeCursor(last.id),
    removedBefore: store.removedBeforeMs(),
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

/** At most `limit` matching rows of the range, newest first. Others have a turn between stretches of the log: rows that come
 *  meanwhile are newer than the first row found and are left out, except those that come late. */
export async function findRows(search: {
  readonly store: RequestsStore;
  readonly filter: RequestFilter;
  readonly range: RowIdRange;
  readonly limit: number;
  readonly pause: Pause;
}): Promise<readonly FoundRow[]> {
  const { store, filter, range, limit, pause } = search;
  const asked = searchOf(store.db, filter);
  const found: FoundRow[] = [];
  await eachStretch({ store, search: asked, range, pause }, (stretch) => {
    for (const one of store.db.search.rows(asked.condition, stretch, limit - found.length)) found.push(one);
    return found.length >= limit ? 'enough' : 'more';
  });
  return found;
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
