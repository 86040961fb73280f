import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BASE62, encodeBase62Fixed } from '#main/domain/base62.ts';
import { placeOfOwn, requestIdOf, rowOfReported, storedRequestId } from './request-id-column.ts';
import { firstRowOf } from './requests-row-id.ts';

/** Row ids are moments times 1,024: beyond the year 2248 they are no exact numbers any more. */
const atMs = fc.integer({ min: 0, max: 2 ** 43 - 1 });
const chance = fc
  .array(fc.constantFrom(...BASE62), { minLength: 12, maxLength: 12 })
  .map((characters) => characters.join(''));

it('keeps an id of ours in nine bytes and gives it back, in any row of its millisecond', () => {
  fc.assert(
    fc.property(atMs, chance, fc.integer({ min: 0, max: 1_023 }), (ms, end, counter) => {
      const requestId = `req_${encodeBase62Fixed(ms, 8)}${end}`;
      const stored = storedRequestId(requestId, ms);
      expect(stored).toHaveLength(9);
      expect(requestIdOf(stored, firstRowOf(ms) + counter)).toBe(requestId);
      expect(placeOfOwn(requestId)).toEqual({ atMs: ms, stored });
    }),
  );
});

it('keeps every other id as it is: of another time, of other characters, of another length', () => {
  const ours = `req_${encodeBase62Fixed(1_000, 8)}AbCdEfGhIjKl`;
  for (const [requestId, ms] of [
    [ours, 1_001],
    [ours.replace('K', ':'), 1_000],
    [`${ours}x`, 1_000],
    [ours.slice(0, -1), 1_000],
    ['order-7', 1_000],
  ] as const) {
    expect(storedRequestId(requestId, ms)).toBe(requestId);
    expect(requestIdOf(requestId, firstRowOf(ms))).toBe(requestId);
  }
});

it('names a request that was only reported after its row', () => {
  const rowId = firstRowOf(1_764_000_000_000) + 7;
  expect(rowOfReported(requestIdOf(null, rowId))).toBe(rowId);
  expect([rowOfReported('req_r'), rowOfReported('req_rZ'), rowOfReported('order-7')]).toEqual([
    null,
    null,
    null,
  ]);
});
