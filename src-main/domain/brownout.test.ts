import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brownoutAt, comingBrownouts, nextBrownout } from './brownout.ts';

const NONE = { brownoutFromMs: null, brownoutEveryMs: null, brownoutLengthMs: null };
const PLAN = { brownoutFromMs: 1_000, brownoutEveryMs: 100, brownoutLengthMs: 10 };

test('a secret without brownouts is never refused on trial', () => {
  expect(nextBrownout(NONE, 5)).toBeNull();
  expect(comingBrownouts(NONE, { nowMs: 0, untilMs: 9e9, max: 5 })).toEqual([]);
});

test('a brownout begins at its first millisecond and has ended at its last, once every period', () => {
  expect(brownoutAt(PLAN, 999)).toBeNull();
  expect(brownoutAt(PLAN, 1_000)).toEqual({ fromMs: 1_000, toMs: 1_010 });
  expect(brownoutAt(PLAN, 1_009)).toEqual({ fromMs: 1_000, toMs: 1_010 });
  expect(brownoutAt(PLAN, 1_010)).toBeNull();
  expect(nextBrownout(PLAN, 1_010)).toEqual({ fromMs: 1_100, toMs: 1_110 });
  expect(brownoutAt(PLAN, 1_905)).toEqual({ fromMs: 1_900, toMs: 1_910 });
});

test('the announced brownouts are exactly those that refuse', () => {
  const plans = fc.record({
    brownoutFromMs: fc.integer({ min: 0, max: 500 }),
    brownoutEveryMs: fc.integer({ min: 10, max: 100 }),
    brownoutLengthMs: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(plans, fc.integer({ min: 0, max: 1_000 }), (plan, nowMs) => {
      const untilMs = 1_500;
      const announced = comingBrownouts(plan, { nowMs, untilMs, max: 1_000 });
      for (let at = nowMs; at < untilMs; at += 1) {
        const isAnnounced = announced.some(({ fromMs, toMs }) => fromMs <= at && at < toMs);
        expect(brownoutAt(plan, at) !== null).toBe(isAnnounced);
      }
    }),
  );
});
