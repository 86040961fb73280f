import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binUpperEdge, HISTOGRAM_BIN_MAX, histogramBin, percentile } from './histogram.ts';

const value = fc.double({ min: 0.001, max: 1e12, noNaN: true });

test('the edge of a bin is at least the value and at most 19 % more', () => {
  fc.assert(
    fc.property(value, (any) => {
      const edge = binUpperEdge(histogramBin(any));
      expect(edge).toBeGreaterThanOrEqual(any);
      expect(edge).toBeLessThanOrEqual(any * 1.1893);
    }),
    { numRuns: 1_000 },
  );
});

test('an edge belongs to its own bin, and the ends take what lies beyond', () => {
  for (let bin = 0; bin <= HISTOGRAM_BIN_MAX; bin += 1) expect(histogramBin(binUpperEdge(bin))).toBe(bin);
  expect([0, -5, Number.NaN, 1e-9].map(histogramBin)).toEqual([0, 0, 0, 0]);
  expect([1e13, Number.POSITIVE_INFINITY].map(histogramBin)).toEqual([HISTOGRAM_BIN_MAX, HISTOGRAM_BIN_MAX]);
});

test('a percentile is the edge of the bin that holds the value of that rank', () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 60 }),
      fc.constantFrom(0.5, 0.95, 0.99, 1),
      (values, p) => {
        const counts = new Map<number, number>();
        for (const any of values) counts.set(histogramBin(any), (counts.get(histogramBin(any)) ?? 0) + 1);
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(p * sorted.length)) - 1] ?? 0;
        expect(percentile(counts, p)).toBe(binUpperEdge(histogramBin(exact)));
      },
    ),
  );
  expect(percentile([], 0.5)).toBeNull();
  expect(percentile([[3, 0]], 0.5)).toBeNull();
});
