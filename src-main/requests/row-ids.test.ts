import fc from 'fast-check';
import { expect, it } from 'vitest';
import { atMsOfRow, ROWS_PER_MS } from '#main/sqlite/requests-row-id.ts';
import { RowIds } from './row-ids.ts';

/** Row ids over a set that stands for the file. */
function overSet(): { ids: RowIds; used: Set<number> } {
  const used = new Set<number>();
  const lastIdIn = (fromId: number, toId: number) => {
    const inside = [...used].filter((id) => id >= fromId && id < toId);
    return inside.length === 0 ? null : Math.max(...inside);
  };
  return { ids: new RowIds(0, lastIdIn), used };
}

it('gives each row an id of its own, in the millisecond of the row', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 100 }), (times) => {
      const { ids, used } = overSet();
      for (const atMs of times) {
        const id = ids.next(atMs);
        expect(used.has(id)).toBe(false);
        expect(atMsOfRow(id)).toBe(atMs);
        used.add(id);
      }
    }),
  );
});

it('spills into the next millisecond when one is full, also for a row that comes late', () => {
  const { ids, used } = overSet();
  const take = (atMs: number) => {
    const id = ids.next(atMs);
    expect(used.has(id)).toBe(false);
    used.add(id);
    return id;
  };
  for (let row = 0; row < ROWS_PER_MS; row += 1) take(5);
  expect(atMsOfRow(take(5))).toBe(6);
  expect(atMsOfRow(take(6))).toBe(6);
  take(9);
  expect(atMsOfRow(take(5))).toBe(6);
  expect(atMsOfRow(take(4))).toBe(4);
});
