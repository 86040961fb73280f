import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SERIES_BUCKETS_MAX } from '#contract/usage.ts';
import {
  bucketRange,
  customRange,
  TIME_RANGE_NAMES,
  timeRangeName,
  timeTicks,
  valueTicks,
} from './time-range.ts';

const count = fc.nat({ max: 500 });

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

describe('a range of one’s own', () => {
  it('has at most 120 buckets, whole ones, that cover it', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 2e12 }),
        fc.integer({ min: 1, max: 400 * 86_400_000 }),
        (fromMs, lengthMs) => {
          const range = customRange(fromMs, fromMs + lengthMs);
          expect(range.fromMs).toBeLessThanOrEqual(fromMs);
          expect(range.toMs).toBeGreaterThanOrEqual(fromMs + lengthMs);
          expect(range.fromMs % range.bucketMs).toBe(0);
          expect(range.toMs % range.bucketMs).toBe(0);
          // One more where it begins within a bucket.
          expect((range.toMs - range.fromMs) / range.bucketMs).toBeLessThanOrEqual(121);
        },
      ),
    );
  });

  it('is drawn from daily roll-ups beyond 30 days, and from finer ones up to there', () => {
    const day = 86_400_000;
    expect(customRange(0, 30 * day).bucketMs).toBeLessThan(day);
    expect(customRange(0, 30 * day + 1).bucketMs).toBe(day);
  });
});
