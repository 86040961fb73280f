import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, SERIES_BUCKETS_MAX, type UsageBucket } from '#contract/usage.ts';
import { bucketRange, TIME_RANGE_NAMES, timeRangeName, timeTicks, valueTicks } from './time-range.ts';
import { bucketText, tickText } from './tick-text.ts';
import { TRAFFIC_SERIES, trafficCounts, trafficPoints, trafficTotals } from './traffic-series.ts';

const count = fc.nat({ max: 500 });
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

describe('tick text', () => {
  it('says the hour within a day and the day at its midnight', () => {
    const noon = Date.UTC(2026, 10, 22, 12);
    expect(tickText(noon, 'utc', HOUR_MS)).toBe('12:00');
    expect(tickText(Date.UTC(2026, 10, 22), 'utc', DAY_MS)).toBe('22 Nov');
    expect(tickText(noon, 'utc', 7 * DAY_MS)).toBe('22 Nov 12:00');
    expect(bucketText({ start: noon, end: noon + HOUR_MS }, 'utc')).toBe('22 Nov, 12:00 to 13:00');
  });
});

describe('time range', () => {
  it('lies on bucket edges, contains now and fits the server for every range and moment', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TIME_RANGE_NAMES),
        fc.integer({ min: 1_300_000_000_000, max: 4e12 }),
        (name, nowMs) => {
          const { fromMs, toMs, bucketMs } = bucketRange(name, nowMs);
          expect(fromMs % bucketMs).toBe(0);
          expect(toMs % bucketMs).toBe(0);
          expect(fromMs <= nowMs && nowMs < toMs && toMs - nowMs <= bucketMs).toBe(true);
          expect((toMs - fromMs) / bucketMs).toBeLessThanOrEqual(Math.min(120, SERIES_BUCKETS_MAX));
        },
      ),
    );
  });

  it('falls back to 24 hours for an unknown name in the URL', () => {
    expect(timeRangeName('7d')).toBe('7d');
    expect(timeRangeName('9y')).toBe('24h');
    expect(timeRangeName(undefined)).toBe('24h');
  });

  it('labels round moments of the local clock, few and ascending', () => {
    const { fromMs, toMs, bucketMs } = bucketRange('24h', Date.UTC(2026, 10, 22, 10, 7));
    const starts = Array.from(
      { length: (toMs - fromMs) / bucketMs },
      (_, index) => fromMs + index * bucketMs,
    );
    const offsetMs = 3_600_000;
    const ticks = timeTicks(starts, () => offsetMs);
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.length).toBeLessThanOrEqual(8);
    for (const tick of ticks) expect(new Date(tick + offsetMs).getUTCMinutes()).toBe(0);
  });

  it('has value ticks from zero that reach the maximum, five at most', () => {
    fc.assert(
      fc.property(
        fc.oneof(count, fc.double({ min: 0.001, max: 5e6, noNaN: true })),
        fc.boolean(),
        (max, isWhole) => {
          const ticks = valueTicks(max, isWhole);
          expect(ticks[0]).toBe(0);
          expect(ticks.length).toBeLessThanOrEqual(5);
          expect(ticks.at(-1) ?? 0).toBeGreaterThanOrEqual(max * 0.999_999);
          if (isWhole) for (const tick of ticks) expect(Number.isInteger(tick)).toBe(true);
        },
      ),
    );
  });
});
