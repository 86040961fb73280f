import { expect, test } from 'vitest';
import type { TimeWindow } from '#contract/bindings.ts';
import type { VerifyRequest } from '#contract/verify.ts';
import { createWorld, serviceIdOf, START } from './verify-world.test-support.ts';
import type { KeyColumns } from './verify-world.test-support.ts';

// START is a Sunday, 09:30 UTC.
const NOW_OPEN: TimeWindow = { days: [7], from: '09:00', to: '10:00', timeZone: 'UTC' };
const NOW_CLOSED: TimeWindow = { days: [1, 2, 3, 4, 5], from: '09:00', to: '10:00', timeZone: 'UTC' };

const BINDINGS: readonly [
  code: string,
  columns: KeyColumns,
  good: Partial<VerifyRequest>,
  bad: Partial<VerifyRequest>,
][] = [
  ['IP_NOT_ALLOWED', { ipAllow: ['10.0.0.0/8'] }, { clientIp: '10.1.2.3' }, { clientIp: '11.1.2.3' }],
  [
    'IP_NOT_ALLOWED',
    { ipAllow: ['10.0.0.0/8'] },
    { clientIp: '::ffff:10.1.2.3' },
    { clientIp: '::ffff:11.1.2.3' },
  ],
  ['IP_NOT_ALLOWED', { ipAllow: ['2001:db8::/32'] }, { clientIp: '2001:db8::7' }, {}],
  [
    'ORIGIN_NOT_ALLOWED',
    { originAllow: ['https://shop.example'] },
    { origin: 'https://shop.example' },
    { origin: 'https://evil.example' },
  ],
  [
    'ORIGIN_NOT_ALLOWED',
    { originAllow: ['https://shop.example'] },
    { referrer: 'https://shop.example/cart?id=7' },
    { referrer: 'https://evil.example/?https://shop.example/' },
  ],
  [
    'USER_AGENT_NOT_ALLOWED',
    { userAgentAllow: ['Acme-Sync'] },
    { userAgent: 'acme-sync/2.1' },
    { userAgent: 'curl/8' },
  ],
  ['USER_AGENT_NOT_ALLOWED', { userAgentAllow: ['curl'] }, { userAgent: 'curl/8' }, {}],
];

test.each(BINDINGS)(
  '%s for %j: a request that fits passes, another is refused and spends nothing',
  (code, columns, good, bad) => {
    const world = createWorld();
    const { secret: key } = world.addKey({ ...columns, rateLimit: { limit: 1, windowMs: 60_000 } });
    const refused = world.refused({ key, ...bad });
    expect([refused.code, refused.status]).toEqual([code, 403]);
    expect(world.decisions[0]).toMatchObject({ code, detail: refused.detail });
    expect(world.allowed({ key, ...good }).warnings).toEqual([]);
  },
);

test('a key may be bound to the services that may ask about it', () => {
  const world = createWorld();
  const own = world.addKey({ serviceAllow: [serviceIdOf('trade')] });
  const others = world.addKey({ serviceAllow: [serviceIdOf('stock')] });
  world.allowed({ key: own.secret });
  expect(world.refused({ key: others.secret })).toMatchObject({ code: 'SERVICE_NOT_ALLOWED', status: 403 });
});

test('a key may be bound to hours, and is good again when they come', () => {
  const world = createWorld();
  const { secret: key } = world.addKey({ timeAllow: [NOW_CLOSED, NOW_OPEN] });
  world.allowed({ key });
  world.clock.advance(30 * 60_000);
  expect(world.refused({ key })).toMatchObject({ code: 'TIME_NOT_ALLOWED', status: 403 });
  world.clock.advance(23 * 60 * 60_000);
  world.allowed({ key });
});

test('bindings that are only observed let pass, warn, and are found in the log', () => {
  const world = createWorld();
  const { secret: key } = world.addKey({
    ipAllow: ['10.0.0.0/8'],
    userAgentAllow: ['acme-sync'],
    timeAllow: [NOW_CLOSED],
    bindingMode: 'observe',
  });
  const told = world.allowed({ key, clientIp: '11.1.2.3', userAgent: 'curl/8', explain: true });
  expect(told.warnings.map(({ code }) => code)).toEqual([
    'OBSERVED_IP_NOT_ALLOWED',
    'OBSERVED_USER_AGENT_NOT_ALLOWED',
    'OBSERVED_TIME_NOT_ALLOWED',
  ]);
  expect(world.decisions[0]).toMatchObject({
    code: 'VALID',
    detail: expect.stringMatching(/^Observed: 11\.1\.2\.3 is not .*user agent.*outside the hours/),
  });
  const steps = new Map(told.trace?.map((step) => [step.step, step]));
  expect(steps.get('ip')).toMatchObject({
    outcome: 'pass',
    detail: expect.stringContaining('would be IP_NOT_ALLOWED'),
  });
  expect(steps.get('origin')).toMatchObject({ outcome: 'skip' });
  // What is refused for another reason says both.
  expect(world.refused({ key, path: '/other', clientIp: '11.1.2.3' }).warnings).toHaveLength(3);
  expect(world.decisions[1]?.detail).toContain('Observed: 11.1.2.3');
});

test('a change from observing to enforcing is in force at the next call', () => {
  const world = createWorld();
  const { keyId, secret: key } = world.addKey({ ipAllow: ['10.0.0.0/8'], bindingMode: 'observe' });
  world.allowed({ key, clientIp: '11.1.2.3' });
  world.db.prepare(`UPDATE keys SET binding_mode = 'enforce' WHERE id = ?`).run(keyId);
  expect(world.refused({ key, clientIp: '11.1.2.3' }).code).toBe('IP_NOT_ALLOWED');
});

const DAY = 86_400_000;

test.each([
  ['a year', 365 * DAY, 15 * DAY, false],
  ['a year', 365 * DAY, 14 * DAY, true],
  ['ten days', 10 * DAY, 3 * DAY, false],
  ['ten days', 10 * DAY, 2 * DAY, true],
])('a key that lives %s is told of its end in time and not all its life', (_life, lifeMs, leftMs, isTold) => {
  const world = createWorld();
  const { secret: key } = world.addKey({ createdAtMs: START + leftMs - lifeMs, expiresAtMs: START + leftMs });
  expect(world.allowed({ key }).warnings.map(({ code }) => code)).toEqual(isTold ? ['KEY_EXPIRES_SOON'] : []);
});

test('the holder of a replaced secret is told when it ends', () => {
  const world = createWorld();
  const { keyId, secret: key } = world.addKey();
  world.addSecret(keyId, 2);
  world.db
    .prepare('UPDATE secrets SET ends_at_ms = ? WHERE key_id = ? AND version = 1')
    .run(START + 1_000, keyId);
  const told = world.allowed({ key });
  expect(told.rotation).toMatchObject({ state: 'retiring', currentVersion: 2 });
  expect(told.warnings).toMatchObject([
    { code: 'SECRET_ENDS_SOON', message: expect.stringContaining('09:30:01') },
  ]);
});

test('scopes may be demanded as a Boolean text, and a text that is none is refused with the place', () => {
  const world = createWorld();
  const { secret: key } = world.addKey();
  const ask = (scopeQuery: string) => world.refused({ key, method: undefined, path: undefined, scopeQuery });
  world.allowed({ key, method: undefined, path: undefined, scopeQuery: 'offers:write OR inventory:read' });
  world.allowed({ key, scopeQuery: 'inventory:read' });
  expect(ask('inventory:read AND (a:b OR c:d AND e:f)')).toMatchObject({
    code: 'INSUFFICIENT_SCOPE',
    missing: ['a:b'],
  });
  expect(() => ask('inventory:read AND')).toThrow(/scopeQuery, character 19/);
});
