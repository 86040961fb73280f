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
