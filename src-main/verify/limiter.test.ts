import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import type { TimestampMs } from '#contract/ids.ts';
import { quota } from '#contract/plans.ts';
import type { Quota } from '#contract/plans.ts';
import { QuotaCalendar } from '#main/domain/quota.ts';
import { Limiter } from './limiter.ts';
import type { CountedQuota, QuotaUsed } from './limiter.ts';

const A = 'AAAAAAAAAAAA';
const B = 'BBBBBBBBBBBB';
const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 22, 12);
const TODAY = timestampMs.parse(Date.UTC(2026, 10, 22));
const MONTH = timestampMs.parse(Date.UTC(2026, 10, 1));

function counted(parts: Partial<Quota> & Pick<Quota, 'limit'>): CountedQuota {
  const whole = quota.parse({ period: 'day', ...parts });
  return { ...whole, calendar: new QuotaCalendar(whole) };
}

function used(ownerId: string, periodStartMs: TimestampMs, parts: Partial<QuotaUsed>): QuotaUsed {
  const atMs = periodStartMs;
  return {
    ownerId,
    period: 'day',
    periodStartMs,
    used: 0,
    atMs,
    previousUsed: 0,
    previousAtMs: atMs,
    ...parts,
  };
}

describe('quotas', () => {
  test('admit exactly their limit in each calendar day, over any number of midnights', () => {
    const calls = fc.array(
      fc.record({ waitMs: fc.integer({ min: 0, max: 9_000_000 }), cost: fc.integer({ min: 0, max: 3 }) }),
    );
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 8 }), (list, limit) => {
        const limiter = new Limiter();
        const daily = counted({ limit });
        const usedOn = new Map<number, number>();
        let nowMs = NOON;
        for (const { waitMs, cost } of list) {
          nowMs += waitMs;
          const day = Math.floor(nowMs / DAY_MS);
          const before = usedOn.get(day) ?? 0;
          const state = limiter.spendQuota(A, daily, nowMs, cost);
          expect(state.fits).toBe(before + cost <= limit || cost === 0);
          if (state.fits) usedOn.set(day, before + cost);
          expect(state.remaining).toBe(limit - (usedOn.get(day) ?? 0));
        }
      }),
    );
  });

  test('are never exceeded in the calendar that holds at the moment, however often zone and reset day change and the clock steps back', () => {
    const calendars = fc.record({
      period: fc.constant('month' as const),
      timeZone: fc.constantFrom('UTC', 'Asia/Tokyo', 'America/Los_Angeles', 'Europe/Berlin'),
      resetDay: fc.constantFrom(1, 22, 23, 31),
    });
    const days = fc.record({
      period: fc.constant('day' as const),
      timeZone: fc.constantFrom('UTC', 'Asia/Tokyo', 'America/Los_Angeles', 'Pacific/Kiritimati'),
      resetDay: fc.constant(1),
    });
    const steps = fc.array(
      fc.record({
        stepMs: fc.oneof(
          fc.integer({ min: 0, max: 20_000_000 }),
          fc.constantFrom(-3_600_000, -DAY_MS, DAY_MS),
        ),
        change: fc.boolean(),
        calls: fc.integer({ min: 1, max: 4 }),
      }),
      { maxLength: 30 },
    );
    const plans = fc.oneof(
      fc.array(calendars, { minLength: 1, maxLength: 4 }),
      fc.array(days, { minLength: 1, maxLength: 4 }),
    );
    fc.assert(
      fc.property(plans, steps, fc.integer({ min: 1, max: 6 }), (kinds, list, limit) => {
        const limiter = new Limiter();
        const quotas = kinds.map((kind) => counted({ ...kind, limit }));
        const admittedAt: number[] = [];
        let nowMs = NOON;
        let furthestMs = NOON;
        let which = 0;
        for (const { stepMs, change, calls } of list) {
          // A day's counter remembers three days around now; the clock of the program never goes back at all.
          nowMs = Math.max(nowMs + stepMs, furthestMs - 1.5 * DAY_MS);
          furthestMs = Math.max(furthestMs, nowMs);
          if (change) which = (which + 1) % quotas.length;
          const holding = quotas[which];
          if (holding === undefined) throw new Error('no quota');
          const period = new QuotaCalendar(holding).periodAt(nowMs);
          for (let call = 0; call < calls; call += 1) {
            if (!limiter.spendQuota(A, holding, nowMs, 1).fits) continue;
            admittedAt.push(nowMs);
            // Other calendars may have let more pass before; this one adds nothing beyond its limit.
            const inPeriod = admittedAt.filter((ms) => ms >= period.startMs && ms < period.endMs).length;
            expect(inPeriod).toBeLessThanOrEqual(limit);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('whose zone is changed in the middle of a day count what was used since the new midnight, early and late', () => {
    const limiter = new Limiter();
    const at = (hour: number) => TODAY + hour * 3_600_000;
    for (const hour of [6, 20]) limiter.spendQuota(A, counted({ limit: 9 }), at(hour), 1);
    // In Tokyo the day began at 15:00 UTC; the count does not tell on which side of it each use was.
    const tokyo = counted({ limit: 3, timeZone: 'Asia/Tokyo' });
    expect(limiter.spendQuota(A, tokyo, at(21), 1)).toMatchObject({ fits: true, used: 3 });
    expect(limiter.spendQuota(A, tokyo, at(22), 1).fits).toBe(false);
    expect(limiter.spendQuota(A, tokyo, at(39), 1)).toMatchObject({ fits: true, used: 1 });
  });

  test('a clock that ran a year ahead and was set right does not block the quota', () => {
    const limiter = new Limiter();
    const daily = counted({ limit: 1 });
    expect(limiter.spendQuota(A, daily, NOON + 365 * DAY_MS, 1).fits).toBe(true);
    expect(limiter.spendQuota(A, daily, NOON, 1).fits).toBe(true);
    expect(limiter.spendQuota(A, daily, NOON, 1).fits).toBe(false);
    expect(limiter.spendQuota(A, daily, NOON + DAY_MS, 1).fits).toBe(true);
  });

  test('are forgotten with their owner, by day and by month; those of others stay', () => {
    const limiter = new Limiter();
    const quotas = [counted({ limit: 9 }), counted({ limit: 9, period: 'month' })];
    for (const each of quotas) for (const id of [A, B]) limiter.spendQuota(id, each, NOON, 2);
    limiter.forgetQuota(A);
    const used = [A, B].map((id) => quotas.map((each) => limiter.peekQuota(id, each, NOON, 1).used));
    expect(used.flat()).toEqual([0, 0, 2, 2]);
  });

  test('soft ones count on and refuse nothing', () => {
    const limiter = new Limiter();
    const soft = counted({ limit: 2, isSoft: true });
    for (let call = 0; call < 3; call += 1) limiter.spendQuota(A, soft, NOON, 1);
    expect(limiter.peekQuota(A, soft, NOON, 1)).toMatchObject({ fits: false, used: 3, remaining: 0 });
  });

  test('after a start go on where the request log says they were, also when it says so late', () => {
    const limiter = new Limiter();
    limiter.restoreQuota([
      used(A, TODAY, { used: 4 }),
      used(A, MONTH, { period: 'month', used: 7 }),
      used(B, timestampMs.parse(Date.UTC(2026, 9, 1)), { period: 'month', used: 7 }),
    ]);
    expect(limiter.peekQuota(A, counted({ limit: 5 }), NOON, 1)).toMatchObject({ used: 4, remaining: 1 });
    const monthly = counted({ limit: 5, period: 'month' });
    expect(limiter.peekQuota(A, monthly, NOON, 1)).toMatchObject({ fits: false, remaining: 0 });
    expect(limiter.peekQuota(B, monthly, NOON, 1)).toMatchObject({ used: 0 });
    const late = new Limiter();
    late.spendQuota(B, counted({ limit: 9 }), NOON, 2);
    late.restoreQuota([used(B, TODAY, { used: 5 })]);
    expect(late.spendQuota(B, counted({ limit: 9 }), NOON, 1)).toMatchObject({ used: 8 });
  });

  test('after a start remember the period before, for a calendar that is changed', () => {
    const limiter = new Limiter();
    const previousAtMs = timestampMs.parse(TODAY - 60_000);
    limiter.restoreQuota([used(A, TODAY, { used: 1, previousUsed: 5, previousAtMs })]);
    // In Los Angeles it is still yesterday.
    const western = counted({ limit: 6, timeZone: 'America/Los_Angeles' });
    expect(limiter.peekQuota(A, western, TODAY + 3_600_000, 1)).toMatchObject({ fits: false, used: 6 });
  });
});

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
    const limiter = new Limiter(100);
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

  test('are never more than the bound, whoever comes', () => {
    const limiter = new Limiter(50);
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
    const limiter = new Limiter(5);
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
