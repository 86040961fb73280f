import { expect, test } from 'vitest';
import type { NamedRateLimit } from '#contract/plans.ts';
import { createLimitsLeft } from './limits-left.ts';
import { createWorld, scopeIdOf } from './verify-world.test-support.ts';

const MINUTE = { windowMs: 60_000, by: 'key', isSoft: false } as const;
const WRITES: NamedRateLimit = {
  ...MINUTE,
  name: 'writes',
  limit: 1,
  only: { methods: ['POST', 'PUT'], path: '/inventory/**' },
};
const ONE: NamedRateLimit = {
  ...MINUTE,
  name: 'one',
  limit: 2,
  only: { methods: ['*'], path: '/inventory/{id}' },
};
const RULES = [{ effect: 'allow', methods: ['*'], path: '/**' }] as const;

test('a limit of an endpoint counts and refuses requests to it only, exactly', () => {
  const world = createWorld();
  const { secret: key } = world.addKey({ rateLimits: [WRITES, ONE], rules: RULES });
  const code = (method: string, path: string) => world.ask({ key, method, path }).code;
  // Reads beside it spend nothing of it, in any number.
  for (let round = 0; round < 5; round += 1) expect(code('GET', '/inventory/42/cost')).toBe('VALID');
  expect(code('POST', '/inventory/42/cost')).toBe('VALID');
  expect(code('PUT', '/inventory/7/cost')).toBe('RATE_LIMITED');
  expect(code('GET', '/inventory/42')).toBe('VALID');
  expect(code('GET', '/inventory/42?page=2')).toBe('VALID');
  expect(code('GET', '/inventory/43')).toBe('RATE_LIMITED');
  expect(code('GET', '/offers')).toBe('VALID');
});

test('an answer tells the limits that held for the request, and a request for scopes alone meets none of an endpoint', () => {
  const world = createWorld();
  const { secret: key } = world.addKey({
    rateLimit: { limit: 600, windowMs: 60_000 },
    rateLimits: [WRITES],
    rules: RULES,
  });
  const post = world.allowed({ key, method: 'POST', path: '/inventory/42' });
  expect(post.rateLimits.map(({ name }) => name)).toEqual(['default', 'writes']);
  expect(post.rateLimit).toMatchObject({ limit: 1, remaining: 0 });
  const get = world.allowed({ key, method: 'GET', path: '/inventory/42' });
  expect(get.rateLimits).toEqual([]);
  expect(get.rateLimit).toMatchObject({ limit: 600, remaining: 598 });
  const scopes = world.allowed({ key, method: undefined, path: undefined, scopes: ['inventory:read'] });
  expect(scopes.rateLimit).toMatchObject({ limit: 600, remaining: 597 });
});

test('a path that only looks like the endpoint is refused before it could spend; one written otherwise spends the same', () => {
  const world = createWorld();
  const { secret: key } = world.addKey({ rateLimits: [WRITES], rules: RULES });
  const code = (path: string) => world.ask({ key, method: 'POST', path }).code;
  expect(code('/inventory/%2e%2e/42')).toBe('INSUFFICIENT_SCOPE');
  expect(code('/%69nventory/42')).toBe('VALID');
  expect(code('/inventory/42')).toBe('RATE_LIMITED');
});

test('what is left is told of every limit, those of endpoints with their endpoints', () => {
  const world = createWorld();
  const { keyId, secret: key } = world.addKey({
    rateLimits: [WRITES],
    scopeIds: [scopeIdOf('inventory:read')],
    rules: RULES,
  });
  world.allowed({ key, method: 'POST', path: '/inventory/42' });
  const left = createLimitsLeft({ lookup: world.queries, limiter: world.limiter, clock: world.clock });
  expect(left.ofKey(keyId).rateLimits).toMatchObject([{ name: 'writes', used: 1, only: WRITES.only }]);
});
