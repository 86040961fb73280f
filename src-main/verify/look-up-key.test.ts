import { expect, test } from 'vitest';
import { lookupRequest, lookupResponse } from '#contract/lookup.ts';
import type { LookupRequest } from '#contract/lookup.ts';
import { createWorld, scopeIdOf, serviceIdOf, START } from './verify-world.test-support.ts';

type World = ReturnType<typeof createWorld>;

function lookUp(world: World, fields: Partial<LookupRequest>, service = world.trade) {
  const outcome = world.verifier.lookUp(service, lookupRequest.parse(fields));
  if (outcome.kind !== 'answer') throw new Error(JSON.stringify(outcome));
  expect(lookupResponse.parse(outcome.answer)).toEqual(outcome.answer);
  return outcome.answer;
}

test('a key is told with its state and what its limits have left, and nothing is spent, used or logged', () => {
  const world = createWorld();
  const { keyId, secret: key } = world.addKey({
    name: 'Feed',
    rateLimit: { limit: 3, windowMs: 60_000 },
    quota: { limit: 9, period: 'day' },
  });
  world.allowed({ key });
  const [rows, touches] = [world.decisions.length, world.touched.length];
  for (let round = 0; round < 5; round += 1) {
    expect(lookUp(world, { key })).toMatchObject({
      found: true,
      key: { keyId, name: 'Feed', status: 'active', secretState: 'current', scopes: ['inventory:read'] },
      rateLimit: { limit: 3, remaining: 2 },
      quota: { limit: 9, remaining: 8 },
    });
  }
  expect([world.decisions.length, world.touched.length]).toEqual([rows, touches]);
  const secret = key.slice(key.lastIndexOf('_') + 1);
  expect(lookUp(world, { keyId, secret })).toMatchObject({ found: true, key: { keyId } });
});

test.each([
  ['revoked', { revokedAtMs: 1, suspendedAtMs: 1 }],
  ['suspended', { suspendedAtMs: 1 }],
  ['expired', { expiresAtMs: START }],
  ['active', { expiresAtMs: START + 1 }],
] as const)('a key that is %s is told so', (status, columns) => {
  const world = createWorld();
  const { secret: key } = world.addKey(columns);
  expect(lookUp(world, { key })).toMatchObject({ found: true, key: { status } });
});

test('a replaced secret says that it is retiring, then ended', () => {
  const world = createWorld();
  const { keyId, secret: key } = world.addKey();
  world.addSecret(keyId, 2);
  world.db
    .prepare('UPDATE secrets SET ends_at_ms = ? WHERE key_id = ? AND version = 1')
    .run(START + 1, keyId);
  expect(lookUp(world, { key })).toMatchObject({ key: { secretState: 'retiring', secretEndsAt: START + 1 } });
  world.clock.advance(1);
  expect(lookUp(world, { key })).toMatchObject({ key: { secretState: 'ended' } });
});

test('a key of other services is answered exactly as one that does not exist, and as garbage', () => {
  const world = createWorld();
  const answers = [
    world.addKey({ scopeIds: [scopeIdOf('stock:read')] }).secret,
    world.addKey({ scopeIds: [] }).secret,
    world.addKey({ serviceAllow: [serviceIdOf('stock')] }).secret,
    world.addKey().secret.replace(/S+/, (run) => 'X'.repeat(run.length)),
    'garbage',
  ].map((key) => JSON.stringify(lookUp(world, { key })));
  expect(new Set(answers)).toEqual(new Set(['{"found":false}']));
  const stock = world.addKey({ scopeIds: [scopeIdOf('stock:read')] });
  expect(lookUp(world, { key: stock.secret }, world.stock)).toMatchObject({ found: true });
});

test('guessing by look-ups is throttled like guessing by verifications, from the same budget', () => {
  const world = createWorld({ settings: { failuresMax: 2 } });
  const guess = { key: 'garbage', clientIp: '203.0.113.9' };
  lookUp(world, guess);
  world.refused(guess);
  expect(world.verifier.lookUp(world.trade, lookupRequest.parse(guess)).kind).toBe('throttled');
  expect(world.verifier.guard.figures().throttled).toBe(1);
});
