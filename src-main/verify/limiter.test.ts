import { describe, expect, test } from 'vitest';
import { Limiter } from './limiter.ts';

const A = 'AAAAAAAAAAAA';
const B = 'BBBBBBBBBBBB';
const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 22, 12);

describe('windows', () => {
  const rate = { limit: 2, windowMs: 1_000 };

  test('are not shared between ids, and a new limit counts what was admitted before', () => {
    const limiter = new Limiter();
    expect(limiter.window(A, rate, 0).peek(0, 3)).toMatchObject({ fits: false, retryAfterMs: null });
    limiter.window(A, rate, 0).count(0, 2);
    expect(limiter.window(A, rate, 1).peek(1, 1).fits).toBe(false);
    expect(limiter.window(B, rate, 1).peek(1, 1).fits).toBe(true);
    expect(limiter.window(A, { limit: 3, windowMs: 1_000 }, 1).peek(1, 1)).toMatchObject({
      fits: true,
      remaining: 1,
    });
  });

  test('that are empty are dropped as others come, busy ones are kept', () => {
    const limiter = new Limiter();
    const slow = { limit: 1, windowMs: 100_000 };
    for (let index = 0; index < 1_500; index += 1) limiter.window(String(index), slow, index).count(index, 1);
    expect(limiter.windowCount).toBe(1_500);
    for (let index = 0; index < 1_000; index += 1)
      limiter.window(`late ${String(index)}`, slow, 100_500).count(100_500, 1);
    // 0 to 500 have left their windows.
    expect(limiter.windowCount).toBe(1_999);
    expect(limiter.window('1499', slow, 100_500).peek(100_500, 1).fits).toBe(false);
    expect(limiter.window('499', slow, 100_500).peek(100_500, 1).fits).toBe(true);
  });

  test('for anybody are at most so many; who comes when all are in use shares one window and gets no more than the limit', () => {
    const limiter = new Limiter(200);
    let admitted = 0;
    const ask = (party: string, nowMs: number): boolean => {
      const id = limiter.openWindowId('limit', party, nowMs);
      const { fits } = limiter.openWindow(id, rate, nowMs).admit(nowMs, 1);
      if (fits) admitted += 1;
      return fits;
    };
    for (let party = 0; party < 100; party += 1) expect(ask(`p${String(party)}`, party)).toBe(true);
    expect([ask('late', 150), ask('later', 150), ask('late', 150)]).toEqual([true, true, false]);
    expect(ask('p0', 150)).toBe(true);
    // The first windows are empty again, but the shared one is not: nobody changes over and gets the limit twice.
    expect(ask('late', 1_140)).toBe(false);
    expect([ask('late', 1_151), ask('late', 1_152), ask('late', 1_153)]).toEqual([true, true, false]);
    expect(limiter.windowCount).toBeLessThanOrEqual(102);
    expect(admitted).toBe(105);
  });

  /** How many of so many parties of an owner get a window of their own. */
  const flood = (limiter: Limiter, owner: string, parties: number, nowMs: number): number => {
    let own = 0;
    for (let party = 0; party < parties; party += 1) {
      const id = limiter.openWindowId(`${owner} each 1000`, `p${String(party)}`, nowMs);
      limiter.openWindow(id, rate, nowMs).admit(nowMs, 1);
      if (!limiter.isShared(id)) own += 1;
    }
    return own;
  };

  test("of one owner's flood leave another owner's addresses their whole limit, also after several floods", () => {
    const limiter = new Limiter(1_000);
    expect(flood(limiter, 'A', 5_000, 0)).toBe(500);
    for (let party = 0; party < 20; party += 1) {
      const ask = (): boolean => {
        const id = limiter.openWindowId('B each 1000', `p${String(party)}`, 0);
        return limiter.openWindow(id, rate, 0).admit(0, 1).fits;
      };
      expect([ask(), ask(), ask()]).toEqual([true, true, false]);
    }
    expect(flood(limiter, 'C', 5_000, 0)).toBe(240);
    expect(flood(limiter, 'D', 5_000, 0)).toBe(120);
    expect(flood(limiter, 'E', 20, 0)).toBe(20);
    expect(limiter.windowCount).toBeLessThanOrEqual(1_000 + 3);
  });

  test('are counted for their owner, before a restart and after it', () => {
    const limiter = new Limiter(100);
    const windowMs = 60_000;
    const rows = Array.from({ length: 60 }, (_, party) => ({
      windowId: `A each 60000 @r${String(party)}`,
      windowMs,
      leavesAtMs: NOON + windowMs,
      cost: 1,
    }));
    limiter.restoreWindows(rows, { nowMs: NOON, monotonicMs: 0 });
    expect(flood(limiter, 'A', 10, 0)).toBe(0);
    expect(flood(limiter, 'B', 100, 0)).toBe(20);
    // All are over: the sweep of four at a time finds them.
    expect(flood(limiter, 'B', 100, 60_001)).toBeGreaterThanOrEqual(20);
    expect(flood(limiter, 'A', 100, 60_001)).toBeGreaterThan(20);
  });

  test('are never more than the bound, whoever comes', () => {
    const limiter = new Limiter(100);
    for (let party = 0; party < 5_000; party += 1) {
      const id = limiter.openWindowId('limit', `p${String(party)}`, party);
      limiter.openWindow(id, rate, party).admit(party, 1);
      expect(limiter.windowCount).toBeLessThanOrEqual(51);
    }
  });

  test('that are empty are looked for four at a time, whenever one is asked for that is not there', () => {
    const limiter = new Limiter();
    for (let index = 0; index < 11; index += 1) limiter.window(String(index), rate, 0).count(0, 1);
    expect(limiter.windowCount).toBe(11);
    limiter.window('0', rate, 5_000);
    expect(limiter.windowCount).toBe(11);
    limiter.window('new', rate, 5_000).count(5_000, 1);
    expect(limiter.windowCount).toBe(11 - 4 + 1);
  });

  test('for anybody that are empty make room for who comes, and those of fixed ids are counted beside them', () => {
    const limiter = new Limiter(10);
    const ask = (party: string, nowMs: number): string => {
      const id = limiter.openWindowId('limit', party, nowMs);
      limiter.openWindow(id, rate, nowMs).admit(nowMs, 1);
      return id;
    };
    limiter.window(A, rate, 0).count(0, 1);
    for (const party of ['a', 'b', 'c', 'd', 'e']) ask(party, 0);
    expect(limiter.windowCount).toBe(6);
    expect(limiter.isShared(ask('f', 999))).toBe(true);
    expect(limiter.isShared(ask('g', 1_999))).toBe(false);
    // Four are gone; there are the fixed one, the shared one, e and g.
    expect(limiter.windowCount).toBe(4);
  });

  test('for anybody go by the limit of the request, also when it has just been changed', () => {
    const limiter = new Limiter();
    const id = limiter.openWindowId('limit', 'a', 0);
    limiter.openWindow(id, rate, 0).count(0, 2);
    expect(limiter.openWindow(id, rate, 1).peek(1, 1).fits).toBe(false);
    expect(limiter.openWindow(id, { limit: 5, windowMs: 1_000 }, 1).peek(1, 1).remaining).toBe(3);
  });

  test('for anybody are found again after a start, each party its own, and the shared one too', () => {
    const limiter = new Limiter();
    const minute = { limit: 3, windowMs: 60_000 };
    const own = limiter.openWindowId('limit', 'a', 0);
    const full = new Limiter(0);
    const shared = full.openWindowId('limit', 'b', 0);
    expect(full.isShared(shared)).toBe(true);
    const use = (windowId: string, cost: number) => ({
      windowId,
      windowMs: minute.windowMs,
      leavesAtMs: NOON + 30_000,
      cost,
    });
    limiter.restoreWindows([use(own, 1), use(shared, 2), use(A, 3)], { nowMs: NOON, monotonicMs: 0 });
    expect(limiter.openWindow(own, minute, 0).peek(0, 1).remaining).toBe(2);
    expect(limiter.openWindow(shared, minute, 0).peek(0, 1).remaining).toBe(1);
    expect(limiter.window(A, minute, 0).peek(0, 1).remaining).toBe(0);
    // Who comes while the shared one is in use shares it; who has one keeps it.
    expect(limiter.openWindowId('limit', 'c', 0)).toBe(shared);
    expect(limiter.openWindowId('limit', 'a', 0)).toBe(own);
    expect(limiter.windowCount).toBe(3);
  });

  test('out of which everything had left before the start are not made anew', () => {
    const limiter = new Limiter();
    const use = { windowId: A, windowMs: 60_000, cost: 1 };
    const moment = { nowMs: NOON, monotonicMs: 0 };
    limiter.restoreWindows([{ ...use, leavesAtMs: NOON }], moment);
    expect(limiter.windowCount).toBe(0);
    limiter.restoreWindows([{ ...use, leavesAtMs: NOON + 1 }], moment);
    expect(limiter.windowCount).toBe(1);
  });

  test('after a start hold what they held, until it leaves them, and not a moment less', () => {
    const limiter = new Limiter();
    const hour = { limit: 3, windowMs: 3_600_000 };
    const use = (leavesInMs: number, cost: number) => ({
      windowId: A,
      windowMs: hour.windowMs,
      leavesAtMs: NOON + leavesInMs,
      cost,
    });
    limiter.restoreWindows([use(-1, 50), use(0, 40), use(60_000, 1), use(120_000, 2)], {
      nowMs: NOON,
      monotonicMs: 10,
    });
    const window = () => limiter.window(A, hour, 10);
    expect(window().peek(10, 1)).toMatchObject({ fits: false, remaining: 0, retryAfterMs: 60_000 });
    expect(window().peek(60_009, 1).fits).toBe(false);
    expect(window().admit(60_010, 1).fits).toBe(true);
    expect(window().peek(120_009, 1).fits).toBe(false);
    expect(window().peek(120_010, 2).fits).toBe(true);
  });

  test('that were used before the log was open keep both', () => {
    const limiter = new Limiter();
    const hour = { limit: 3, windowMs: 3_600_000 };
    limiter.window(A, hour, 5).count(5, 1);
    const leavesAtMs = NOON + 1_000;
    limiter.restoreWindows([{ windowId: A, windowMs: hour.windowMs, leavesAtMs, cost: 1 }], {
      nowMs: NOON,
      monotonicMs: 10,
    });
    expect(limiter.window(A, hour, 10).peek(10, 1).remaining).toBe(1);
    expect(limiter.window(A, hour, 1_010).peek(1_010, 1).remaining).toBe(2);
    expect(limiter.window(A, hour, 3_600_005).peek(3_600_005, 1).remaining).toBe(3);
  });

  test('restored with a clock that was set back are full for one length of the window at most', () => {
    const limiter = new Limiter();
    const leavesAtMs = NOON + 10 * DAY_MS;
    limiter.restoreWindows([{ windowId: A, windowMs: 60_000, leavesAtMs, cost: 2 }], {
      nowMs: NOON,
      monotonicMs: 0,
    });
    const minute = { limit: 2, windowMs: 60_000 };
    expect(limiter.window(A, minute, 59_999).peek(59_999, 1).fits).toBe(false);
    expect(limiter.window(A, minute, 60_000).peek(60_000, 1).fits).toBe(true);
  });
});
