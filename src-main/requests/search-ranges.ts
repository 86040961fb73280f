import { DECISION_CODES, type DecisionCode } from '#contract/verify.ts';
import { STATUS_CLASSES, type RequestFilter } from '#contract/requests.ts';
import { CODE_NUMBERS } from '#main/sqlite/requests-codes.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import { atMsOfRow, firstRowOf } from '#main/sqlite/requests-row-id.ts';
import { rowsOfDay } from '#main/sqlite/requests-day-tables.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import type { RowCondition, RowIdRange } from '#main/sqlite/row-conditions.ts';
import { OBSERVED_MARK } from './decision-row.ts';
import { isAboutOwner, principalsOf, rollupPrincipals } from './principals-of.ts';
import { resolveQuery, type ResolvedQuery } from './query-tests.ts';
import type { RequestsStore } from './requests-store.ts';
import type { RollupRange } from './rollups.ts';

/** What a search asks, in numbers of the file. */
export interface Search {
  readonly condition: RowCondition;
  /** How roll-ups can tell where there are no matching rows; null when they cannot. */
  readonly cells: Omit<RollupRange, 'fromBucket' | 'toBucket'> | null;
  /** The only rows that can match, newest first; null = any. */
  readonly rowIds: readonly number[] | null;
}

/** Principals whose roll-ups are read one by one to find stretches with rows; of more, those of all keys are read. */
const PRINCIPALS_NARROWED_MAX = 200;

/** Translates a filter. `secretVersion` is part of who called: a principal is a key on one secret. Times are those of the range. */
export function searchOf(db: RequestsDatabase, filter: RequestFilter): Search {
  const asked = resolveQuery(db, filter);
  const services = both(
    filter.serviceId === undefined ? null : db.dimensions.numbersOfService(filter.serviceId),
    asked.services,
  );
  const codes = both(codesOf(filter), asked.codes);
  const statusClass =
    filter.responseStatusClass === undefined
      ? (asked.statusClass ?? undefined)
      : STATUS_CLASSES.indexOf(filter.responseStatusClass) + 1;
  const owner = ownerOf(db, filter, asked.principals);
  const requestId = filter.requestId ?? asked.requestId;
  const isSelective =
    owner.isNarrow || filter.environment !== undefined || (services ?? codes ?? statusClass) !== undefined;
  return {
    condition: {
      principals: owner.principals,
      environment: owner.principals === undefined ? filter.environment : undefined,
      services,
      codes,
      statusClass,
      method: filter.method,
      pathContains: pathConditionOf(db, filter.pathContains),
      clientIp: filter.clientIp,
      detailContains: filter.observed === true ? OBSERVED_MARK : undefined,
      tests: isOtherId(filter, asked) ? [...asked.tests, { kind: 'any', tests: [] }] : asked.tests,
    },
    cells: isSelective ? { principals: owner.cells, services: services ?? null } : null,
    rowIds: requestId === null ? null : [...db.rows.idsOf(requestId)].sort((a, b) => b - a),
  };
}

/** Whose rows match, and under which numbers roll-ups count them. */
function ownerOf(
  db: RequestsDatabase,
  filter: RequestFilter,
  named: readonly number[] | null,
): {
  readonly principals: readonly number[] | undefined;
  readonly cells: readonly number[];
  readonly isNarrow: boolean;
} {
  const ofFilter = rollupPrincipals(db, filter);
  if (named === null) {
    const isOfOwner = isAboutOwner(filter);
    return { principals: isOfOwner ? ofFilter : undefined, cells: ofFilter, isNarrow: isOfOwner };
  }
  const allowed =
    isAboutOwner(filter) || filter.environment !== undefined
      ? new Set(principalsOf(db, filter).map((row) => row.id))
      : null;
  const principals = allowed === null ? named : named.filter((id) => allowed.has(id));
  const isNarrow = principals.length <= PRINCIPALS_NARROWED_MAX;
  return { principals, cells: isNarrow ? principals : ofFilter, isNarrow };
}

function both(
  one: readonly number[] | null | undefined,
  other: readonly number[] | null,
): readonly number[] | undefined {
  if (other === null) return one ?? undefined;
  return one === null || one === undefined ? other : one.filter((number) => other.includes(number));
}

/** Filter and query name two different requests. */
function isOtherId({ requestId }: RequestFilter, asked: ResolvedQuery): boolean {
  return requestId !== undefined && asked.requestId !== null && asked.requestId !== requestId;
}

/** Stretches of the log, newest first, outside of which no row matches; each within one day and of at most `length.rows` rows, which the
 *  caller may change between two; `length.isCut` tells it that the last one had so many. Lazy: a page looks at as few as it
 *  needs. */
export function* rangesWithRows(
  store: RequestsStore,
  search: Search,
  range: RowIdRange,
  length: { readonly rows: number; isCut: boolean },
): Generator<RowIdRange, void, void> {
  if (search.rowIds !== null) {
    for (const id of search.rowIds) {
      if (id >= range.fromId && id < range.toId) yield { fromId: id, toId: id + 1 };
    }
    return;
  }
  for (const stretch of stretchesOf(store, search, range)) yield* shortened(store.db, stretch, length);
}

function* shortened(
  db: RequestsDatabase,
  { fromId, toId }: RowIdRange,
  length: { readonly rows: number; isCut: boolean },
) {
  let endId = toId;
  while (endId > fromId) {
    // Looked up each time: between two stretches a day can have gone.
    const day = db.rows.days.newestFirst().find((one) => rowsOfDay(one).fromId < endId);
    if (day === undefined) return;
    const edges = rowsOfDay(day);
    const last = Math.min(endId, edges.toId);
    const first = Math.max(fromId, edges.fromId);
    if (last <= first) return;
    const cutId = db.rows.idBelow(day, first, last, length.rows - 1);
    endId = cutId ?? first;
    length.isCut = cutId !== null;
    yield { fromId: endId, toId: last };
  }
}

function* stretchesOf(
  store: RequestsStore,
  { cells, condition }: Search,
  range: RowIdRange,
): Generator<RowIdRange, void, void> {
  const { days } = store.db.rows;
  const [oldest, newest] = [days.oldestFirst()[0], days.newestFirst()[0]];
  if (oldest === undefined || newest === undefined) return;
  const all = {
    fromId: Math.max(range.fromId, rowsOfDay(oldest).fromId),
    toId: Math.min(range.toId, rowsOfDay(newest).toId),
  };
  // Before the cells are read: what is folded meanwhile is in them, too.
  const countedTo = cells === null ? 0 : store.rollups.wholeBelowId;
  const uncounted = { fromId: Math.max(all.fromId, countedTo), toId: all.toId };
  if (uncounted.fromId < uncounted.toId) yield uncounted;
  const whole = { fromId: all.fromId, toId: Math.min(all.toId, countedTo) };
  if (cells === null || whole.fromId >= whole.toId) return;
  const floors = store.floors();
  const fromMs = atMsOfRow(whole.fromId);
  const toMs = atMsOfRow(whole.toId - 1) + 1;
  const bucketsIn = (width: keyof typeof ROLLUP_MS, startMs: number, endMs: number): readonly number[] => {
    const widthMs = ROLLUP_MS[width];
    const edges = { fromBucket: Math.floor(startMs / widthMs), toBucket: Math.ceil(endMs / widthMs) };
    const { codes, statusClass } = condition;
    const found = new Set<number>();
    for (const { bucket, code, statuses } of store.rollups.cells(width, { ...cells, ...edges })) {
      if (codes !== undefined && !codes.includes(code)) continue;
      if (statusClass === undefined || (statuses[statusClass - 1] ?? 0) > 0) found.add(bucket * widthMs);
    }
    return [...found].sort((a, b) => b - a);
  };
  for (const dayMs of bucketsIn('day', fromMs, toMs)) {
    const width = dayMs >= floors.minuteMs ? 'minute' : dayMs >= floors.hourMs ? 'hour' : 'day';
    const starts =
      width === 'day'
        ? [dayMs]
        : bucketsIn(width, Math.max(dayMs, fromMs), Math.min(dayMs + ROLLUP_MS.day, toMs));
    for (const stretch of joinNeighbours(starts, ROLLUP_MS[width])) {
      const fromId = Math.max(firstRowOf(stretch.fromMs), whole.fromId);
      const toId = Math.min(firstRowOf(stretch.toMs), whole.toId);
      if (fromId < toId) yield { fromId, toId };
    }
  }
}

/** `starts` descending, each `widthMs` wide. */
function* joinNeighbours(
  starts: readonly number[],
  widthMs: number,
): Generator<{ fromMs: number; toMs: number }> {
  let open: { fromMs: number; toMs: number } | null = null;
  for (const startMs of starts) {
    if (open !== null && open.fromMs === startMs + widthMs) {
      open = { fromMs: startMs, toMs: open.toMs };
      continue;
    }
    if (open !== null) yield open;
    open = { fromMs: startMs, toMs: startMs + widthMs };
  }
  if (open !== null) yield open;
}

function pathConditionOf(db: RequestsDatabase, part: string | undefined): RowCondition['pathContains'] {
  return part === undefined ? undefined : { part, pathIds: db.dimensions.textsWith(part) };
}

function codesOf(filter: RequestFilter): readonly number[] | undefined {
  const { code, outcome } = filter;
  if (code === undefined && outcome === undefined) return undefined;
  const asked: readonly DecisionCode[] =
    code === undefined ? DECISION_CODES : typeof code === 'string' ? [code] : code;
  return asked
    .filter((one) => outcome === undefined || (outcome === 'allowed') === (one === 'VALID'))
    .map((one) => CODE_NUMBERS[one]);
}
