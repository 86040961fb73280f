import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NamedRateLimit } from '#contract/plans.ts';
import { normalisePath } from '#main/domain/normalise-path.ts';
import { compileRules, decideRules } from '#main/domain/path-rules.ts';
import { heldLimit, limitsFor } from './limit-endpoints.ts';
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

test('a limit of GET holds HEAD, and a path with or without a slash at its end spends the same', () => {
  const world = createWorld();
  const reads: NamedRateLimit = {
    ...MINUTE,
    name: 'reads',
    limit: 3,
    only: { methods: ['GET'], path: '/offers' },
  };
  const { secret: key } = world.addKey({ rateLimits: [reads], rules: RULES });
  const code = (method: string, path: string) => world.ask({ key, method, path }).code;
  expect(code('GET', '/offers')).toBe('VALID');
  expect(code('HEAD', '/offers')).toBe('VALID');
  expect(code('GET', '/offers/?page=2')).toBe('VALID');
  for (const path of ['/offers', '/offers/']) {
    expect(code('GET', path)).toBe('RATE_LIMITED');
    expect(code('HEAD', path)).toBe('RATE_LIMITED');
    expect(code('POST', path)).toBe('VALID');
  }
  expect(code('GET', '/offers/7')).toBe('VALID');
});

test('a limit of HEAD alone leaves GET', () => {
  const only = { methods: ['HEAD'], path: '/offers' } as const;
  const limits = [heldLimit({ ...MINUTE, name: 'heads', limit: 1, only })];
  expect(limitsFor(limits, { method: 'HEAD', path: '/offers/' })).toHaveLength(1);
  expect(limitsFor(limits, { method: 'GET', path: '/offers' })).toHaveLength(0);
});

const segment = fc.constantFrom('a', 'b', '*', '{id}');
const pattern = fc
  .tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom('', '/', '/**'))
  .map(([segments, end]) => `${segments.map((each) => `/${each}`).join('')}${end}`)
  .filter((text) => text !== '');
const path = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }), fc.boolean())
  .map(([segments, hasSlash]) => `/${segments.join('/')}${hasSlash && segments.length > 0 ? '/' : ''}`);
const method = fc.constantFrom('GET', 'HEAD', 'POST');

test('a limit holds what a rule with its text allows, for either writing of the path and HEAD with GET, and nothing else', () => {
  const verdict = (rule: string, to: string, as: string): boolean => {
    const normalised = normalisePath(to);
    if (!normalised.ok) return false;
    const rules = compileRules([{ effect: 'allow', methods: ['GET'], path: rule, source: 'x' }]);
    return decideRules(rules, as === 'HEAD' ? 'GET' : as, normalised).allowed;
  };
  const property = fc.property(pattern, path, method, (rule, to, as) => {
    const limits = [heldLimit({ ...MINUTE, name: 'x', limit: 1, only: { methods: ['GET'], path: rule } })];
    const isHeld = (at: string) => limitsFor(limits, { method: as, path: at }).length === 1;
    const other = to === '/' ? to : to.endsWith('/') ? to.slice(0, -1) : `${to}/`;
    expect(isHeld(to)).toBe(verdict(rule, to, as) || verdict(rule, other, as));
    expect(isHeld(other)).toBe(isHeld(to));
  });
  fc.assert(property, { numRuns: 500 });
});
