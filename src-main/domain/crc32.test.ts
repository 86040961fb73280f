import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from './crc32.ts';

test('the checksum is the CRC-32 of zlib', () => {
  expect(crc32('123456789')).toBe(0xcbf43926);
  const ascii = fc.string({ unit: 'binary-ascii', maxLength: 200 });
  fc.assert(
    fc.property(ascii, (text) => {
      expect(crc32(text)).toBe(zlibCrc32(text));
    }),
    { numRuns: 1_000 },
  );
});

test('text that is not ASCII has no checksum', () => {
  expect(() => crc32('clé')).toThrow(RangeError);
});
