import type { UsageBucket } from '#contract/usage.ts';

/** Series of the volume chart, stacked bottom to top. */
export const TRAFFIC_SERIES = [
  'ok',
  'redirect',
  'clientError',
  'limited',
  'serverError',
  'unreported',
  'refused',
] as const;
export type TrafficSeries = (typeof TRAFFIC_SERIES)[number];

/** Words for legend, tooltip and table. */
export const TRAFFIC_LABELS: Readonly<Record<TrafficSeries, string>> = {
  ok: '2xx',
  redirect: '3xx',
  clientError: '4xx',
  limited: '429',
  serverError: '5xx',
  unreported: 'Allowed, status not reported',
  refused: 'Refused before the service',
};

/** Counts per series; they add up to `total`. */
export type TrafficCounts = Readonly<Record<TrafficSeries, number>>;

/** One bucket as the charts draw it. Times in ms UTC, rates 0 to 1, latency in ms. */
export interface TrafficPoint extends TrafficCounts {
  readonly start: number;
  readonly end: number;
  readonly total: number;
  readonly reported: number;
  /** Requests of the same bucket one period before; null when not asked for. */
  readonly previousTotal: number | null;
  /** True for the bucket that is still filling. */
  readonly isPartial: boolean;
  /** (refused + 5xx) / total; null without requests. */
  readonly errorRate: number | null;
  readonly verifyP50Ms: number | null;
  readonly verifyP95Ms: number | null;
  readonly verifyP99Ms: number | null;
  readonly durationP50Ms: number | null;
  readonly durationP95Ms: number | null;
  readonly durationP99Ms: number | null;
}

/** Shapes the server's buckets for the charts; same order, one point a bucket. `previous` has as many, one period earlier. */
export function trafficPoints(
  buckets: readonly UsageBucket[],
  bucketMs: number,
  nowMs: number,
  previous: readonly UsageBucket[] | null = null,
): readonly TrafficPoint[] {
  return buckets.map((bucket, index) => {
    const counts = trafficCounts(bucket);
    const end = bucket.bucketStart + bucketMs;
    const errors = counts.refused + counts.serverError;
    return {
      ...counts,
      start: bucket.bucketStart,
      end,
      total: bucket.total,
      reported: bucket.reported,
      previousTotal: previous?.[index]?.total ?? null,
      isPartial: end > nowMs,
      errorRate: bucket.total === 0 ? null : errors / bucket.total,
      verifyP50Ms: inMs(bucket.latencyUs?.p50),
      verifyP95Ms: inMs(bucket.latencyUs?.p95),
      verifyP99Ms: inMs(bucket.latencyUs?.p99),
      durationP50Ms: bucket.durationMs?.p50 ?? null,
      durationP95Ms: bucket.durationMs?.p95 ?? null,
      durationP99Ms: bucket.durationMs?.p99 ?? null,
    };
  });
}

/**
 * Every request of a bucket is in exactly one series. A refused request is `refused` whatever was reported for it:
 * reports about requests that we refused ourselves are taken out of their status class (4xx first).
 */
export function trafficCounts(
  bucket: Pick<UsageBucket, 'total' | 'byCode' | 'byStatusClass' | 'reported' | 'reported429'>,
): TrafficCounts {
  const refused = bucket.total - (bucket.byCode.VALID ?? 0);
  const unreported = Math.max(0, bucket.total - refused - bucket.reported);
  const excess = Math.max(0, refused + bucket.reported - bucket.total);
  const limited = bucket.reported429;
  const classes = [
    { name: 'clientError', count: (bucket.byStatusClass['4xx'] ?? 0) - limited },
    { name: 'limited', count: limited },
    { name: 'serverError', count: bucket.byStatusClass['5xx'] ?? 0 },
    { name: 'redirect', count: bucket.byStatusClass['3xx'] ?? 0 },
    { name: 'ok', count: (bucket.byStatusClass['2xx'] ?? 0) + (bucket.byStatusClass['1xx'] ?? 0) },
  ] as const;
  const counts = { ok: 0, redirect: 0, clientError: 0, limited: 0, serverError: 0, unreported, refused };
  let toRemove = excess;
  for (const { name, count } of classes) {
    const removed = Math.min(toRemove, count);
    counts[name] = count - removed;
    toRemove -= removed;
  }
  return counts;
}

/** Sums over all points. `coverage` = reported / total, null without requests; `errorRate` likewise. */
export function trafficTotals(points: readonly TrafficPoint[]): {
  readonly counts: TrafficCounts;
  readonly total: number;
  readonly coverage: number | null;
  readonly errorRate: number | null;
} {
  const counts = {
    ok: 0,
    redirect: 0,
    clientError: 0,
    limited: 0,
    serverError: 0,
    unreported: 0,
    refused: 0,
  };
  let total = 0;
  let reported = 0;
  for (const point of points) {
    for (const series of TRAFFIC_SERIES) counts[series] += point[series];
    total += point.total;
    reported += point.reported;
  }
  return {
    counts,
    total,
    coverage: total === 0 ? null : reported / total,
    errorRate: total === 0 ? null : (counts.refused + counts.serverError) / total,
  };
}

function inMs(us: number | undefined): number | null {
  return us === undefined ? null : us / 1_000;
}
