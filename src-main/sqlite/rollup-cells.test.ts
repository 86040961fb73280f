import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareCells, decodeCells, encodeCells, mergeCells, type RollupCell } from './rollup-cells.ts';

const amount = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 45 }));
const bins = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 2 ** 45 })), {
    selector: ([bin]) => bin,
    maxLength: 5,
  })
  .map((pairs) => pairs.sort(([a], [b]) => a - b).flat());
const cells = fc
  .uniqueArray(
    fc.record({
      bucket: fc.integer({ min: 600, max: 659 }),
      serviceNumber: fc.constantFrom(1, 2, 900),
      code: fc.integer({ min: 0, max: 14 }),
      total: amount,
      statuses: fc.array(amount, { minLength: 6, maxLength: 6 }),
      latency: bins,
      duration: bins,
    }),
    {
      selector: ({ bucket, serviceNumber, code }) =>
        `${String(bucket)} ${String(serviceNumber)} ${String(code)}`,
    },
  )
  .map((all): RollupCell[] => all.sort(compareCells));

it('come back from their bytes as they were', () => {
  fc.assert(
    fc.property(cells, (all) => {
      expect(decodeCells(encodeCells(all, 600), 600)).toEqual(all);
    }),
  );
});

it('lose no count when they are merged, in whatever order', () => {
  const sumOf = (all: readonly RollupCell[]) =>
    all.reduce(
      (sum, { total, statuses, latency, duration }) =>
        sum + [total, ...statuses, ...counts(latency), ...counts(duration)].reduce((a, b) => a + b, 0),
      0,
    );
  const counts = (list: readonly number[]) => list.filter((_value, index) => index % 2 === 1);
  fc.assert(
    fc.property(cells, cells, (first, second) => {
      const merged = mergeCells(first, second);
      expect(merged).toEqual(mergeCells(second, first));
      expect(merged).toEqual([...merged].sort(compareCells));
      expect(sumOf(merged)).toBe(sumOf(first) + sumOf(second));
    }),
  );
});

it('are some bytes each, and are refused when their end is missing', () => {
  const one = {
    serviceNumber: 1,
    code: 0,
    total: 1,
    statuses: [0, 0, 0, 0, 0, 0],
    latency: [65, 1],
    duration: [],
  };
  const bytes = encodeCells(
    Array.from({ length: 60 }, (_none, index) => ({ ...one, bucket: 600 + index })),
    600,
  );
  expect(bytes.length).toBeLessThanOrEqual(60 * 8);
  expect(() => decodeCells(bytes.subarray(0, bytes.length - 1), 600)).toThrow(/ends inside/);
});
