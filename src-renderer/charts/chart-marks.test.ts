import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketAt, shareOf, stretchOf } from './chart-marks.ts';

const points = Array.from({ length: 10 }, (_, index) => ({
  start: 1_000 + index * 100,
  end: 1_100 + index * 100,
}));

test('a brush covers whole buckets, in whatever direction it is drawn', () => {
  fc.assert(
    fc.property(fc.nat({ max: 9 }), fc.nat({ max: 9 }), (one, other) => {
      const stretch = stretchOf(points, one, other);
      expect(stretch).toEqual(stretchOf(points, other, one));
      expect(stretch).toEqual({
        fromMs: 1_000 + Math.min(one, other) * 100,
        toMs: 1_100 + Math.max(one, other) * 100,
      });
      const share = stretch === null ? null : shareOf(points, stretch);
      expect(bucketAt(points, (share?.left ?? 0) + 0.001)).toBe(Math.min(one, other));
      expect((share?.width ?? 0) * 10).toBeCloseTo(Math.abs(one - other) + 1, 9);
    }),
  );
});

test('what lies outside the plot is not drawn, and places outside mean the nearest bucket', () => {
  expect(shareOf(points, { fromMs: 0, toMs: 1_000 })).toBeNull();
  expect(shareOf(points, { fromMs: 0, toMs: 1_100 })).toEqual({ left: 0, width: 0.1 });
  expect(shareOf([], { fromMs: 0, toMs: 1 })).toBeNull();
  expect(bucketAt(points, -0.5)).toBe(0);
  expect(bucketAt(points, 1.5)).toBe(9);
  expect(stretchOf([], 0, 0)).toBeNull();
});
