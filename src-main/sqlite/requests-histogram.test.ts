import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addHistogram, encodeHistogram, mergeHistograms } from './requests-histogram.ts';

const histogram = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 2 ** 45 })))
  .map((pairs) => new Map(pairs));

function decode(bytes: Buffer): Map<number, number> {
  const counts = new Map<number, number>();
  addHistogram(counts, bytes);
  return counts;
}

it('comes back from its bytes as it was', () => {
  fc.assert(
    fc.property(histogram, (counts) => {
      expect(decode(encodeHistogram(counts))).toEqual(counts);
    }),
  );
});

it('merges by adding up, bin by bin', () => {
  fc.assert(
    fc.property(histogram, histogram, (first, second) => {
      const merged = decode(mergeHistograms(encodeHistogram(first), encodeHistogram(second)));
      const bins = new Set([...first.keys(), ...second.keys()]);
      expect(merged).toEqual(
        new Map([...bins].map((bin) => [bin, (first.get(bin) ?? 0) + (second.get(bin) ?? 0)])),
      );
    }),
  );
});

it('refuses bytes that end inside a count', () => {
  expect(() => decode(Buffer.from([3, 200]))).toThrow(/ends inside/);
});
