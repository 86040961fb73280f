import { DECISION_CODES, type DecisionCode } from '#contract/verify.ts';
import { STATUS_CLASSES, type RequestFilter } from '#contract/requests.ts';
import { CODE_NUMBERS } from '#main/sqlite/requests-codes.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import { atMsOfRow, firstRowOf } from '#main/sqlite/requests-row-id.ts';
import { ROLLUP_MS, type RollupRange } from '#main/sqlite/requests-rollup-queries.ts';
import type { RowCondition, RowIdRange } from '#main/sqlite/requests-search-queries.ts';
import type { RollupFloors } from './batch-rollups.ts';
import { isAboutOwner, rollupPrincipals } from './principals-of.ts';

/** What a search asks, in numbers of the file. */
export interface Search {
  readonly condition: RowCondition;
  /** How roll-ups can tell where there are no matching rows; null when they cannot. */
  readonly cells: Omit<RollupRange, 'fromBucket' | 'toBucket'> | null;
}

/** Translates a filter. `secretVersion` is part of who called: a principal is a key on one secret. */
export function searchOf(db: RequestsDatabase, filter: RequestFilter): Search {
  const services =
    filter.serviceId === undefined ? undefined : db.dimensions.numbersOfService(filter.serviceId);
  const codes = codesOf(filter);
  const statusClass =
    filter.responseStatusClass === undefined
      ? undefined
      : STATUS_CLASSES.indexOf(filter.responseStatusClass) + 1;
  const isOfOwner = isAboutOwner(filter);
  const principals = rollupPrincipals(db, filter);
  const isSelective =
    isOfOwner || filter.environment !== undefined || (services ?? codes ?? statusClass) !== undefined;
  return {
    condition: {
      principals: isOfOwner ? principals : undefined,
      environment: isOfOwner ? undefined : filter.environment,
      services,
      codes,
      statusClass,
      method: filter.method,
      pathContains: filter.pathContains,
      clientIp: filter.clientIp,
      requestId: filter.requestId,
    },
    cells: isSelective && filter.requestId === undefined ? { principals, services: services ?? null } : null,
  };
}

/** Stretches of the log, newest first, outside of which no row matches. Lazy: a page looks at as few days as it needs. */
export function* rangesWithRows(
  db: RequestsDatabase,
  search: Search,
  range: RowIdRange,
  floors: RollupFloors,
): Generator<RowIdRange> {
  const { cells, condition } = search;
  if (range.fromId >= range.toId) return;
  if (cells === null) {
    yield range;
    return;
  }
  const fromMs = atMsOfRow(range.fromId);
  const toMs = atMsOfRow(range.toId - 1) + 1;
  const cellCondition = { codes: condition.codes ?? null, statusClass: condition.statusClass ?? null };
  const bucketsIn = (width: keyof typeof ROLLUP_MS, startMs: number, endMs: number): readonly number[] => {
    const widthMs = ROLLUP_MS[width];
    const edges = { fromBucket: Math.floor(startMs / widthMs), toBucket: Math.ceil(endMs / widthMs) };
    return db.rollups[width].buckets({ ...cells, ...edges }, cellCondition).map((bucket) => bucket * widthMs);
  };
  for (const dayMs of bucketsIn('day', fromMs, toMs)) {
    const width = dayMs >= floors.minuteMs ? 'minute' : dayMs >= floors.hourMs ? 'hour' : 'day';
    const starts =
      width === 'day'
        ? [dayMs]
        : bucketsIn(width, Math.max(dayMs, fromMs), Math.min(dayMs + ROLLUP_MS.day, toMs));
    for (const stretch of joinNeighbours(starts, ROLLUP_MS[width])) {
      const fromId = Math.max(firstRowOf(stretch.fromMs), range.fromId);
      const toId = Math.min(firstRowOf(stretch.toMs), range.toId);
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

function codesOf(filter: RequestFilter): readonly number[] | undefined {
  const { code, outcome } = filter;
  if (code === undefined && outcome === undefined) return undefined;
  const asked: readonly DecisionCode[] =
    code === undefined ? DECISION_CODES : typeof code === 'string' ? [code] : code;
  return asked
    .filter((one) => outcome === undefined || (outcome === 'allowed') === (one === 'VALID'))
    .map((one) => CODE_NUMBERS[one]);
}
