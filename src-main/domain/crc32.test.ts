import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '#contract/crc32.ts';

test('the checksum is the CRC-32 of zlib, for any text', () => {
  expect(crc32('123456789')).toBe(0xcbf43926);
  for (const unit of ['binary-ascii', 'grapheme', 'binary'] as const) {
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 200 }), (text) => {
        expect(crc32(text)).toBe(zlibCrc32(text));
      }),
      { numRuns: 500 },
    );
  }
  for (const text of ['é', '€', '😀', 'a\ud800b', '\udc00']) expect(crc32(text)).toBe(zlibCrc32(text));
});
