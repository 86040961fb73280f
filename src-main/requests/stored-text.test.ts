import fc from 'fast-check';
import { expect, it } from 'vitest';
import { storedText } from './stored-text.ts';

it('never exceeds its bytes, holds no control character and is whole UTF-8', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.integer({ min: 0, max: 80 }),
      (text, bytesMax) => {
        const stored = storedText(text, bytesMax);
        expect(Buffer.byteLength(stored)).toBeLessThanOrEqual(bytesMax);
        expect(stored).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(stored.isWellFormed()).toBe(true);
        expect(Buffer.from(stored).toString()).toBe(stored);
      },
    ),
    { numRuns: 300 },
  );
});

it('keeps a text that fits as it is', () => {
  expect(storedText('/Über/ä?x=1', 64)).toBe('/Über/ä?x=1');
});

it('writes control characters so that a terminal does not obey them', () => {
  expect(storedText('a\u001b[31m\r\nb\u0085', 99)).toBe('a\\u001b[31m\\u000d\\u000ab\\u0085');
});
