import { DAY_MS, HOUR_MS, MINUTE_MS } from '#contract/usage.ts';

/** Ranges a person can pick, with the width of one bucket: at most 120 buckets each. */
export const TIME_RANGES = {
  '1h': { label: '1 hour', last: 'last hour', lengthMs: HOUR_MS, bucketMs: MINUTE_MS },
  '24h': { label: '24 hours', last: 'last 24 hours', lengthMs: DAY_MS, bucketMs: 15 * MINUTE_MS },
  '7d': { label: '7 days', last: 'last 7 days', lengthMs: 7 * DAY_MS, bucketMs: 2 * HOUR_MS },
  '30d': { label: '30 days', last: 'last 30 days', lengthMs: 30 * DAY_MS, bucketMs: 6 * HOUR_MS },
} as const;
export type TimeRangeName = keyof typeof TIME_RANGES;
export const TIME_RANGE_NAMES: readonly TimeRangeName[] = ['1h', '24h', '7d', '30d'];
export const DEFAULT_TIME_RANGE: TimeRangeName = '24h';

/** A range as charts name it: what it spans, and the width of one bucket. */
export interface ShownRange {
  /** `last 24 hours`, or `22 Nov, 10:00 to 12:00`. */
  readonly last: string;
  readonly lengthMs: number;
  readonly bucketMs: number;
}

/** Widths of buckets for ranges that people choose themselves. From a day on they are daily roll-ups. */
const BUCKET_WIDTHS_MS: readonly number[] = [1, 5, 15, 30]
  .map((minutes) => minutes * MINUTE_MS)
  .concat(
    [1, 2, 6].map((hours) => hours * HOUR_MS),
    [1, 7, 31].map((days) => days * DAY_MS),
  );
const BUCKETS_MAX = 120;
/** Longer ranges are drawn from daily roll-ups: finer ones need not be kept that long. */
const FINE_MS_MAX = 30 * DAY_MS;

/** The buckets of a range from one moment to another: the finest that are not too many, widened to their edges. */
export function customRange(fromMs: number, toMs: number): BucketRange {
  const lengthMs = Math.max(MINUTE_MS, toMs - fromMs);
  const finest = lengthMs > FINE_MS_MAX ? DAY_MS : MINUTE_MS;
  const bucketMs =
    BUCKET_WIDTHS_MS.find((width) => width >= finest && lengthMs / width <= BUCKETS_MAX) ?? 31 * DAY_MS;
  return {
    fromMs: bucketStart(fromMs, bucketMs),
    toMs: Math.ceil(Math.max(toMs, fromMs + 1) / bucketMs) * bucketMs,
    bucketMs,
  };
}

/** From (inclusive) and to (exclusive) in ms UTC, both on bucket edges. */
export interface BucketRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
}

/** The range that ends with the bucket `nowMs` is in: whole buckets, so that sums equal the log's for the same range. */
export function bucketRange(name: TimeRangeName, nowMs: number): BucketRange {
  const { lengthMs, bucketMs } = TIME_RANGES[name];
  const toMs = bucketStart(nowMs, bucketMs) + bucketMs;
  return { fromMs: toMs - lengthMs, toMs, bucketMs };
}

/** Start of the bucket that a moment is in. */
export function bucketStart(atMs: number, bucketMs: number): number {
  return Math.floor(atMs / bucketMs) * bucketMs;
}

/** Reads a range name from a URL; anything unknown is the default. */
export function timeRangeName(text: unknown): TimeRangeName {
  return TIME_RANGE_NAMES.find((name) => name === text) ?? DEFAULT_TIME_RANGE;
}

/** How many ticks the time axis gets at most. */
const TICKS_MAX = 8;
const TICK_STEPS_MS = [5, 10, 15, 30]
  .map((minutes) => minutes * MINUTE_MS)
  .concat(
    [1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR_MS),
    [1, 2, 5, 7, 10].map((days) => days * DAY_MS),
  );

/**
 * Bucket starts that carry a label: round moments of the shown clock, at most TICKS_MAX, ascending. `offsetMsAt` says
 * how far that clock is ahead of UTC at a moment.
 */
export function timeTicks(
  starts: readonly number[],
  offsetMsAt: (atMs: number) => number,
): readonly number[] {
  for (const stepMs of TICK_STEPS_MS) {
    const ticks = starts.filter((start) => (start + offsetMsAt(start)) % stepMs === 0);
    if (ticks.length <= TICKS_MAX) return ticks.length > 0 ? ticks : starts.slice(0, 1);
  }
  return starts.slice(0, 1);
}

/** Round values from 0 to at least `max`, at most four ticks beside zero; whole numbers when asked. */
export function valueTicks(max: number, isWhole: boolean): readonly number[] {
  if (!(max > 0)) return isWhole ? [0, 1] : [0];
  const rough = max / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice =
    [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step * 4 >= max) ?? 10 * power;
  const step = isWhole ? Math.max(1, Math.ceil(nice)) : nice;
  const count = Math.ceil(max / step);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
