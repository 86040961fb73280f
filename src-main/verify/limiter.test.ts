import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
import type { KeyId } from '#contract/ids.ts';
import { Limiter } from './limiter.ts';

const A = 'AAAAAAAAAAAA' as KeyId;
const B = 'BBBBBBBBBBBB' as KeyId;
const NOON = Date.UTC(2026, 10, 22, 12);
const DAY = timestampMs.parse(Date.UTC(2026, 10, 22));
const MONTH = timestampMs.parse(Date.UTC(2026, 10, 1));

test('a quota admits exactly its limit in each calendar day, over any number of midnights', () => {
  const calls = fc.array(
    fc.record({ waitMs: fc.integer({ min: 0, max: 9_000_000 }), cost: fc.integer({ min: 0, max: 3 }) }),
  );
  fc.assert(
    fc.property(calls, fc.integer({ min: 1, max: 8 }), (list, limit) => {
      const limiter = new Limiter();
      const used = new Map<number, number>();
      let nowMs = NOON;
      for (const { waitMs, cost } of list) {
        nowMs += waitMs;
        const day = Math.floor(nowMs / 86_400_000);
        const before = used.get(day) ?? 0;
        const state = limiter.spendQuota(A, { limit, period: 'day' }, nowMs, cost);
        expect(state.fits).toBe(before + cost <= limit);
        if (state.fits) used.set(day, before + cost);
        expect(state.remaining).toBe(limit - (used.get(day) ?? 0));
      }
    }),
  );
});

test('after a start the quota goes on where the request log says it was, and never lower', () => {
  const limiter = new Limiter();
  limiter.restoreQuota([
    { keyId: A, period: 'day', periodStartMs: DAY, used: 4 },
    { keyId: A, period: 'day', periodStartMs: DAY, used: 2 },
    { keyId: A, period: 'day', periodStartMs: timestampMs.parse(DAY - 86_400_000), used: 9 },
    { keyId: A, period: 'month', periodStartMs: MONTH, used: 7 },
    { keyId: B, period: 'month', periodStartMs: timestampMs.parse(Date.UTC(2026, 9, 1)), used: 7 },
  ]);
  expect(limiter.peekQuota(A, { limit: 5, period: 'day' }, NOON, 1)).toMatchObject({ used: 4, remaining: 1 });
  expect(limiter.peekQuota(A, { limit: 5, period: 'month' }, NOON, 1)).toMatchObject({
    fits: false,
    remaining: 0,
  });
  expect(limiter.peekQuota(B, { limit: 5, period: 'month' }, NOON, 1)).toMatchObject({ used: 0 });
});

test('keys do not share windows, and a new limit counts what was admitted before', () => {
  const limiter = new Limiter();
  const rate = { limit: 2, windowMs: 1_000 };
  expect(limiter.peekRate(A, rate, 0, 3)).toMatchObject({ fits: false, retryAfterMs: null });
  limiter.spendRate(A, rate, 0, 2);
  expect(limiter.peekRate(A, rate, 1, 1).fits).toBe(false);
  expect(limiter.peekRate(B, rate, 1, 1).fits).toBe(true);
  expect(limiter.peekRate(A, { limit: 3, windowMs: 1_000 }, 1, 1)).toMatchObject({
    fits: true,
    remaining: 1,
  });
});

test('idle windows are dropped, busy ones are kept', () => {
  const limiter = new Limiter();
  const rate = { limit: 1, windowMs: 100_000 };
  const keyIdOf = (index: number) => String(index).padStart(12, '0') as KeyId;
  for (let index = 0; index < 1_500; index += 1) limiter.spendRate(keyIdOf(index), rate, index, 1);
  limiter.spendRate(A, rate, 100_500, 1);
  expect(limiter.windowCount).toBe(1_000);
  expect(limiter.peekRate(keyIdOf(1_499), rate, 100_500, 1).fits).toBe(false);
  expect(limiter.peekRate(keyIdOf(499), rate, 100_500, 1).fits).toBe(true);
});
