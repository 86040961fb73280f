import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type UsageBucket } from '#contract/usage.ts';
import { TRAFFIC_SERIES, trafficCounts, trafficPoints, trafficTotals } from './traffic-series.ts';

/** Rows of a bucket: each has a decision and maybe a reported status. */
const rows = fc.array(
  fc.record({
    isRefused: fc.boolean(),
    status: fc.option(fc.constantFrom(200, 204, 302, 400, 404, 429, 500, 503), { nil: null }),
  }),
  { maxLength: 60 },
);

function bucketOf(list: readonly { isRefused: boolean; status: number | null }[]): UsageBucket {
  const statuses = list.flatMap((row) => (row.status === null ? [] : [row.status]));
  const ofClass = (digit: number) => statuses.filter((status) => Math.floor(status / 100) === digit).length;
  return {
    bucketStart: 0 as UsageBucket['bucketStart'],
    total: list.length,
    byCode: {
      VALID: list.filter((row) => !row.isRefused).length,
      INSUFFICIENT_SCOPE: list.filter((row) => row.isRefused).length,
    },
    byStatusClass: { '2xx': ofClass(2), '3xx': ofClass(3), '4xx': ofClass(4), '5xx': ofClass(5) },
    reported: statuses.length,
    reported429: statuses.filter((status) => status === 429).length,
    latencyUs: null,
    durationMs: null,
  };
}

describe('traffic series', () => {
  it('puts every request in exactly one series, also when refused requests were reported', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const counts = trafficCounts(bucketOf(list));
        const sum = TRAFFIC_SERIES.reduce((total, series) => total + counts[series], 0);
        expect(sum).toBe(list.length);
        for (const series of TRAFFIC_SERIES) expect(counts[series]).toBeGreaterThanOrEqual(0);
        expect(counts.refused).toBe(list.filter((row) => row.isRefused).length);
      }),
    );
  });

  it('keeps reported classes apart when no refused request was reported', () => {
    const counts = trafficCounts(
      bucketOf([
        { isRefused: false, status: 200 },
        { isRefused: false, status: 404 },
        { isRefused: false, status: 429 },
        { isRefused: false, status: 503 },
        { isRefused: false, status: null },
        { isRefused: true, status: null },
      ]),
    );
    expect(counts).toEqual({
      ok: 1,
      redirect: 0,
      clientError: 1,
      limited: 1,
      serverError: 1,
      unreported: 1,
      refused: 1,
    });
  });

  it('marks only the bucket that is still filling as partial', () => {
    const buckets = [0, 60_000, 120_000].map((start) => ({
      ...bucketOf([]),
      bucketStart: start as UsageBucket['bucketStart'],
    }));
    expect(trafficPoints(buckets, 60_000, 150_000).map((point) => point.isPartial)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('has no rate where there was no request, and totals that equal the sum of the points', () => {
    const points = trafficPoints([bucketOf([]), bucketOf([{ isRefused: true, status: null }])], 60_000, 0);
    expect(points.map((point) => point.errorRate)).toEqual([null, 1]);
    expect(trafficTotals(points)).toMatchObject({ total: 1, coverage: 0, errorRate: 1 });
    expect(trafficTotals([]).coverage).toBeNull();
  });
});
