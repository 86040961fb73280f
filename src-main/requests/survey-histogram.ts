import { DAY_MS, HOUR_MS, MINUTE_MS } from '#contract/usage.ts';
import { bucketCount, bucketStart, bucketStarts } from '#main/domain/time-buckets.ts';
import { CODE_NUMBERS } from '#main/sqlite/requests-codes.ts';
import { ROLLUP_MS, type RollupWidth } from '#main/sqlite/requests-rollup-queries.ts';
import type { RequestsStore } from './requests-store.ts';
import type { Search } from './search-ranges.ts';

/** Widths of columns that people can read off a clock. */
const WIDTHS_MS: readonly number[] = [
  ...[1, 5, 15].map((seconds) => seconds * 1_000),
  ...[1, 5, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 7, 28, 364].map((days) => days * DAY_MS),
];

/** Matching rows by time. */
export interface Histogram {
  readonly bucketMs: number;
  readonly counts: Map<number, { allowed: number; refused: number }>;
}

/** Empty columns over a range of time: the narrowest that are at most `bucketsMax`. */
export function emptyHistogram(fromMs: number, toMs: number, bucketsMax: number): Histogram {
  const bucketMs =
    WIDTHS_MS.find((widthMs) => bucketCount(fromMs, toMs, widthMs) <= bucketsMax) ?? toMs - fromMs;
  const starts = bucketStarts(fromMs, toMs, bucketMs);
  return { bucketMs, counts: new Map(starts.map((startMs) => [startMs, { allowed: 0, refused: 0 }])) };
}

/** Counts a row, or several of one code. */
export function addToHistogram({ bucketMs, counts }: Histogram, atMs: number, code: number, count = 1): void {
  const bucket = counts.get(bucketStart(atMs, bucketMs));
  if (bucket === undefined) return;
  if (code === CODE_NUMBERS.VALID) bucket.allowed += count;
  else bucket.refused += count;
}

/** What roll-ups count of a search, by code and class of status. */
export interface RollupCounts {
  readonly byCode: ReadonlyMap<number, number>;
  /** 1xx to 5xx. */
  readonly byStatus: readonly number[];
}

/** Fills the histogram from roll-ups where they know the answer; null where rows have to be looked at: something is asked that they do
 *  not count, or the range does not begin and end with one of theirs. */
export function histogramFromRollups(
  store: RequestsStore,
  search: Search,
  {
    histogram,
    fromMs,
    toMs,
  }: { readonly histogram: Histogram; readonly fromMs: number; readonly toMs: number },
): RollupCounts | null {
  const width = widthFor(store, histogram.bucketMs, fromMs, toMs);
  const { condition } = search;
  if (width === null || !isCountedByRollups(search)) return null;
  const widthMs = ROLLUP_MS[width];
  const byCode = new Map<number, number>();
  const byStatus = [0, 0, 0, 0, 0];
  const asked = search.cells ?? WHOLE;
  const cells = store.rollups.cells(width, {
    ...asked,
    fromBucket: Math.floor(fromMs / widthMs),
    toBucket: Math.ceil(toMs / widthMs),
  });
  for (const cell of cells) {
    if (condition.codes !== undefined && !condition.codes.includes(cell.code)) continue;
    const { statusClass } = condition;
    const count = statusClass === undefined ? cell.total : (cell.statuses[statusClass - 1] ?? 0);
    if (count === 0) continue;
    addToHistogram(histogram, cell.bucket * widthMs, cell.code, count);
    byCode.set(cell.code, (byCode.get(cell.code) ?? 0) + count);
    for (let index = 0; index < byStatus.length; index += 1) {
      if (statusClass !== undefined && index !== statusClass - 1) continue;
      byStatus[index] = (byStatus[index] ?? 0) + (cell.statuses[index] ?? 0);
    }
  }
  return { byCode, byStatus };
}

/** Of every key, and of none. */
const WHOLE = { principals: [1, 2, 3], services: null } as const;

function isCountedByRollups({ condition, rowIds, cells }: Search): boolean {
  const { tests = [], method, pathContains, clientIp, detailContains, principals } = condition;
  const isOnlyCells = (method ?? pathContains ?? clientIp ?? detailContains) === undefined;
  const isNarrowed = principals === undefined || cells?.principals === principals;
  return rowIds === null && tests.length === 0 && isOnlyCells && isNarrowed;
}

function widthFor(store: RequestsStore, bucketMs: number, fromMs: number, toMs: number): RollupWidth | null {
  const { minuteMs, hourMs } = store.floors();
  const fits = (width: RollupWidth): boolean =>
    [bucketMs, fromMs, toMs].every((ms) => ms % ROLLUP_MS[width] === 0);
  if (fits('day')) return 'day';
  if (fits('hour')) return fromMs >= hourMs ? 'hour' : null;
  return fits('minute') && fromMs >= minuteMs ? 'minute' : null;
}
