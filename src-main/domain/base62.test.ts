import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BASE62, encodeBase62Fixed, endsInBase62, randomBase62 } from './base62.ts';

test('a number written in base62 reads back as itself, with the width asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 62 ** 6 - 1 }), (value) => {
      const text = encodeBase62Fixed(value, 6);
      expect(text).toMatch(/^[0-9A-Za-z]{6}$/);
      expect([...text].reduce((sum, digit) => sum * 62 + BASE62.indexOf(digit), 0)).toBe(value);
    }),
  );
});

test('a text ends in a number when its last digits are those of the number, and not when one of them differs', () => {
  const digit = fc.constantFrom(...BASE62);
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), fc.nat({ max: 5 }), digit, (value, place, other) => {
      const end = encodeBase62Fixed(value, 6);
      const changed = end.slice(0, place) + other + end.slice(place + 1);
      expect(endsInBase62(`lk_${end}`, 3, value)).toBe(true);
      expect(endsInBase62(`lk_${changed}`, 3, value)).toBe(changed === end);
      expect(endsInBase62(`lk_${end}`, 4, value)).toBe(end.startsWith('0'));
    }),
  );
});

test('a number that does not fit, or is no whole number from 0, is refused', () => {
  expect(encodeBase62Fixed(61, 1)).toBe('z');
  for (const [value, width] of [
    [62, 1],
    [-1, 6],
    [1.5, 6],
    [2 ** 60, 6],
  ] as const) {
    expect(() => encodeBase62Fixed(value, width)).toThrow(RangeError);
  }
});

test('random text throws away the bytes that would favour some digits', () => {
  const bytes = [255, 248, 247, 0, 250, 61, 62];
  const text = randomBase62(4, (count) => Uint8Array.from({ length: count }, () => bytes.shift() ?? 252));
  // 247 % 62 = 61, 0, 61, 62 % 62 = 0; 255, 248 and 250 are skipped.
  expect(text).toBe('z0z0');
});

test('uniform bytes give every digit equally often', () => {
  let next = 0;
  const everyByte = (count: number) => Uint8Array.from({ length: count }, () => next++ % 256);
  const counts = new Map<string, number>();
  for (const digit of randomBase62(248 * 40, everyByte)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  expect(new Set(counts.values())).toEqual(new Set([160]));
});
