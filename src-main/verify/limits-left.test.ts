import { expect, test } from 'vitest';
import { createLimitsLeft } from './limits-left.ts';
import { createWorld, PLAN } from './verify-world.test-support.ts';

function limitsWorld() {
  const world = createWorld();
  const { ofKey: left, tightest } = createLimitsLeft({
    lookup: world.queries,
    limiter: world.limiter,
    clock: world.clock,
  });
  return { ...world, left, tightest };
}

test('the counters are those that verification spends, and asking spends nothing', () => {
  const world = limitsWorld();
  const { keyId, secret } = world.addKey({ planId: PLAN });
  expect(world.left(keyId).rateLimits).toMatchObject([
    { name: null, limit: 2, used: 0, remaining: 2, resetMs: 0 },
  ]);
  world.allowed({ key: secret });
  for (let asked = 0; asked < 5; asked += 1) {
    expect(world.left(keyId)).toMatchObject({
      rateLimits: [{ limit: 2, windowMs: 1_000, used: 1, remaining: 1, resetMs: 1_000 }],
      quota: { limit: 3, period: 'day', used: 1, remaining: 2 },
    });
  }
  world.allowed({ key: secret });
  expect(world.refused({ key: secret }).code).toBe('RATE_LIMITED');
  expect(world.left(keyId).rateLimits[0]).toMatchObject({ used: 2, remaining: 0 });
  world.clock.advance(1_000);
  expect(world.left(keyId).rateLimits[0]).toMatchObject({ used: 0, remaining: 2 });
  expect(world.left(keyId).quota).toMatchObject({ used: 2, remaining: 1 });
});

test('named limits are told one by one, those of single client addresses without figures', () => {
  const world = limitsWorld();
  const rateLimits = [
    { name: 'burst', limit: 5, windowMs: 1_000, by: 'key', isSoft: false },
    { name: 'address', limit: 7, windowMs: 60_000, by: 'clientIp', isSoft: true },
  ];
  const { keyId, secret } = world.addKey({ rateLimits });
  world.allowed({ key: secret, clientIp: '203.0.113.9' });
  expect(world.left(keyId)).toMatchObject({
    rateLimits: [
      { name: 'burst', used: 1, remaining: 4 },
      { name: 'address', by: 'clientIp', isSoft: true, used: null, remaining: null },
    ],
    quota: null,
  });
});

test('a key without limits has none, and an unknown key is refused', () => {
  const world = limitsWorld();
  expect(world.left(world.addKey().keyId)).toEqual({ rateLimits: [], quota: null });
  expect(() => world.left('000000000000' as never)).toThrow('no key with this id');
});

test('the tightest limit is the one of which the largest share is used; keys without one say so, and unknown keys are left out', () => {
  const world = limitsWorld();
  const both = world.addKey({ planId: PLAN });
  const none = world.addKey();
  const ids = [both.keyId, none.keyId, '000000000000' as never];
  world.allowed({ key: both.secret });
  expect(world.tightest(ids)).toEqual([
    { keyId: both.keyId, tightest: { kind: 'rate', used: 1, limit: 2, name: null, windowMs: 1_000 } },
    { keyId: none.keyId, tightest: null },
  ]);
  world.clock.advance(1_000);
  expect(world.tightest([both.keyId])).toMatchObject([
    { tightest: { kind: 'quota', used: 1, limit: 3, period: 'day' } },
  ]);
});
