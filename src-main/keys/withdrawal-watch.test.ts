import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keyId, timestampMs } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { LAG_EDGES_MS, WithdrawalWatch } from './withdrawal-watch.ts';

const KEY_ID = keyId.parse('k7Qd2mX9pR4t');
const context = {
  nowMs: timestampMs.parse(1_000_000),
  actor: { kind: 'desktop', id: 'desktop', name: 'Desktop' },
  db: { audit: { page: () => [] } },
} as unknown as UseCaseContext;
const key = { keyId: KEY_ID, name: 'Feed' } as Key;

let monotonicMs = 0;
let refusedFromMs = 0;

const watch = () =>
  new WithdrawalWatch({
    isRefused: () => monotonicMs >= refusedFromMs,
    newestAccepted: () => Promise.resolve(null),
    monotonicMs: () => monotonicMs,
  });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  monotonicMs = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

function pass(durationMs: number): void {
  for (let passed = 0; passed < durationMs; passed += 10) {
    monotonicMs += 10;
    vi.advanceTimersByTime(10);
  }
}

const lagOf = async (one: WithdrawalWatch) => (await one.list(context, { limit: 1 })).items[0]?.lagMs;

it('the lag counts from the arrival of the command, its own work included', async () => {
  refusedFromMs = 0;
  const one = watch();
  const revoke = one.watched('revoked', () => {
    monotonicMs += 7.25;
    return key;
  });
  expect(revoke(context, { keyId: KEY_ID, reason: 'leaked' })).toBe(key);
  expect(await lagOf(one)).toBe(7.25);
  expect(one.lags().counts[LAG_EDGES_MS.indexOf(10)]).toBe(1);
  expect(one.lags().sumMs).toBe(7.25);
});

it('a key that the verifier goes on accepting is watched until it is refused', async () => {
  refusedFromMs = 2_000;
  const one = watch();
  one.watched('suspended', () => key)(context, { keyId: KEY_ID, reason: 'Maintenance' });
  expect(await lagOf(one)).toBeNull();
  pass(3_000);
  expect(await lagOf(one)).toBeGreaterThanOrEqual(2_000);
  expect(await lagOf(one)).toBeLessThanOrEqual(2_030);
  expect(one.lags().counts[LAG_EDGES_MS.indexOf(5_000)]).toBe(1);
});

it('one that is never refused counts above every edge, and is not watched for ever', async () => {
  refusedFromMs = Infinity;
  const one = watch();
  one.watched('revoked', () => key)(context, { keyId: KEY_ID, reason: 'leaked' });
  pass(61_000);
  expect(one.lags().counts.at(-1)).toBe(1);
  expect(await lagOf(one)).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
});

it('a command that was refused is no withdrawal', async () => {
  const one = watch();
  const refused = one.watched('revoked', () => {
    throw new Error('This key is revoked already.');
  });
  expect(() => refused(context, { keyId: KEY_ID, reason: 'leaked' })).toThrow('revoked already');
  expect((await one.list(context, { limit: 1 })).items).toEqual([]);
  expect(one.lags().sumMs).toBe(0);
});

it('an ended secret is measured like a revoked key, and told until something newer is taken away', async () => {
  refusedFromMs = 0;
  const one = watch();
  const ending = one.watchedEnd(
    () => 1,
    () => {
      monotonicMs += 3.5;
      return key;
    },
  );
  expect(await one.enforcement(context, { keyId: KEY_ID })).toBeNull();
  ending(context, { keyId: KEY_ID });
  expect(await one.enforcement(context, { keyId: KEY_ID })).toMatchObject({
    kind: 'secretEnded',
    secretVersion: 1,
    lagMs: 3.5,
    lateUseMs: 0,
  });
  expect((await one.list(context, { limit: 1 })).items).toEqual([]);
  one.watched('revoked', () => key)(
    { ...context, nowMs: timestampMs.parse(context.nowMs + 1) },
    { keyId: KEY_ID, reason: 'other' },
  );
  expect(await one.enforcement(context, { keyId: KEY_ID })).toMatchObject({ kind: 'revoked', lagMs: 0 });
});

it('a rotation that lets the old secret go on ends nothing', async () => {
  const one = watch();
  one.watchedEnd(
    () => null,
    () => key,
  )(context, { keyId: KEY_ID });
  expect(await one.enforcement(context, { keyId: KEY_ID })).toBeNull();
});

it('each key of a command about many is measured from the arrival of that command', async () => {
  refusedFromMs = 0;
  const one = watch();
  const other = keyId.parse('k7Qd2mX9pR4u');
  monotonicMs = 40;
  const kept = { kind: 'suspended' as const, reason: 'Maintenance', arrivedMs: 25 };
  one.noteMany(context, kept, [
    { keyId: KEY_ID, name: 'Feed' },
    { keyId: other, name: 'Other feed' },
  ]);
  expect(await one.enforcement(context, { keyId: KEY_ID })).toMatchObject({ kind: 'suspended', lagMs: 15 });
  expect(await one.enforcement(context, { keyId: other })).toMatchObject({
    reason: 'Maintenance',
    lagMs: 15,
  });
  expect(one.lags().sumMs).toBe(30);
});
