import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TimestampMs } from '#contract/ids.ts';
import type { RowIdRange } from '#main/sqlite/row-conditions.ts';
import { eachStretch } from './each-stretch.ts';
import { idRange } from './list-requests.ts';
import { decision, noPause, NOW, openStore, write } from './log.test-support.ts';
import type { RequestsStore } from './requests-store.ts';
import { searchOf } from './search-ranges.ts';

const ROWS = 60_000;

let store: RequestsStore;

beforeEach(() => {
  store = openStore();
  const oneAMs = (_none: unknown, index: number) =>
    decision({ atMs: (NOW - 2 * ROWS + index) as TimestampMs });
  write(store, Array.from({ length: ROWS }, oneAMs));
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
  store.close();
});

/** Looks at every row, each taking as long as `msOfRow` says; how many rows each stretch had. */
async function lengths(msOfRow: (rowsBefore: number) => number): Promise<readonly number[]> {
  const found: number[] = [];
  let seen = 0;
  const search = searchOf(store.db, {});
  const rows = (stretch: RowIdRange) => store.db.search.count(search.condition, stretch);
  await eachStretch({ store, search, range: idRange({}), pause: noPause }, (stretch) => {
    const count = rows(stretch);
    vi.advanceTimersByTime(count * msOfRow(seen));
    found.push(count);
    seen += count;
    return 'more';
  });
  expect(seen).toBe(ROWS);
  return found;
}

it('a search that is slow, or becomes slow, soon takes turns of 20 ms at most', async () => {
  const slow = await lengths(() => 0.05);
  expect(slow[0]).toBe(1_000);
  expect(Math.max(...slow.slice(1))).toBeLessThanOrEqual(400);
  const slowing = await lengths((before) => (before < 30_000 ? 0.000_1 : 0.05));
  const longest = slowing.findIndex(
    (_count, index) => slowing.slice(0, index).reduce((a, b) => a + b, 0) > 30_000,
  );
  expect(Math.max(...slowing.slice(0, longest))).toBeGreaterThan(8_000);
  expect(Math.max(...slowing.slice(longest + 1))).toBeLessThanOrEqual(400);
});

it('a search that is fast takes longer and longer turns, up to 16,000 rows', async () => {
  const fast = await lengths(() => 0.000_1);
  expect(fast.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  expect(Math.max(...fast)).toBe(16_000);
});

it('a search ends with the stretch that was enough, and nobody waits for a turn after it', async () => {
  const [look, pause] = [vi.fn(() => 'enough' as const), vi.fn(noPause)];
  await eachStretch({ store, search: searchOf(store.db, {}), range: idRange({}), pause }, look);
  expect([look.mock.calls.length, pause.mock.calls.length]).toEqual([1, 0]);
});
