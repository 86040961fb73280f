import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketCount, bucketStart, bucketStarts } from './time-buckets.ts';

test('every moment of a range lies in exactly one bucket, ascending and without gaps', () => {
  const range = fc.tuple(
    fc.integer({ min: 0, max: 1e12 }),
    fc.integer({ min: 1, max: 1e6 }),
    fc.constantFrom(1_000, 60_000, 3_600_000),
  );
  fc.assert(
    fc.property(range, fc.nat(), ([fromMs, lengthMs, bucketMs], pick) => {
      const toMs = fromMs + lengthMs;
      const starts = bucketStarts(fromMs, toMs, bucketMs);
      expect(starts.length).toBe(bucketCount(fromMs, toMs, bucketMs));
      starts.forEach((start, index) => expect(start).toBe((starts[0] ?? 0) + index * bucketMs));
      const moment = fromMs + (pick % lengthMs);
      expect(starts.filter((start) => start === bucketStart(moment, bucketMs))).toHaveLength(1);
    }),
  );
});

test('an empty range has no buckets, and the end is not part of it', () => {
  expect([bucketStarts(5, 5, 10), bucketCount(5, 5, 10)]).toEqual([[], 0]);
  expect(bucketStarts(0, 60_000, 60_000)).toEqual([0]);
  expect(bucketStarts(59_999, 60_001, 60_000)).toEqual([0, 60_000]);
});
