import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bittingDepths, CUTS, DEPTHS } from './bitting.ts';

const keyIds = fc.stringMatching(/^[0-9A-Za-z]{12}$/);

test('six cuts of five depths, and neighbours always differ', () => {
  fc.assert(
    fc.property(keyIds, (keyId) => {
      const depths = bittingDepths(keyId);
      expect(depths).toHaveLength(CUTS);
      depths.forEach((depth, index) => {
        expect(depth).toBeGreaterThanOrEqual(0);
        expect(depth).toBeLessThan(DEPTHS);
        if (index > 0) expect(depth).not.toBe(depths[index - 1]);
      });
    }),
  );
});

test('ids that differ by one character rarely look alike', () => {
  const glyphs = new Set(
    Array.from({ length: 200 }, (_, index) =>
      bittingDepths(`k7Qd2mX9${String(index).padStart(4, '0')}`).join(''),
    ),
  );
  expect(glyphs.size).toBeGreaterThan(185);
});
