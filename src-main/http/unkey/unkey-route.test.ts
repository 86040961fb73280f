import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openDialectHouse } from '../dialect-world.test-support.ts';
import { STRANGE_SERVICE_TOKEN } from '../doors.test-support.ts';
import { unkeyErrorResponse, unkeyVerifyResponse } from './unkey-wire.ts';

let world: Awaited<ReturnType<typeof openDialectHouse>>;

beforeAll(async () => {
  world = await openDialectHouse();
});
afterAll(() => world.house.close());

const send = (body: unknown, headers: Record<string, string> = {}, path = '/v2/keys.verifyKey') =>
  fetch(`${world.house.service.url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${world.trade.token}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

async function verified(body: Record<string, unknown>) {
  const response = await send(body);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return unkeyVerifyResponse.parse(JSON.parse(text)).data;
}

async function refused(response: Response, status: number) {
  expect(response.status).toBe(status);
  const { error, meta } = unkeyErrorResponse.parse(await response.json());
  expect(error.status).toBe(status);
  expect(meta.requestId).toMatch(/^req_/);
  return error;
}

describe('a key', () => {
  test('that is good is described in the fields that clients of Unkey read', async () => {
    const expires = Date.UTC(2027, 0, 1);
    const { keyId, secret } = await world.newKey({
      expiresAt: expires,
      noExpiryReason: undefined,
      externalId: 'user-7',
      meta: { plan: 'pro' },
      rateLimit: { limit: 5, windowMs: 60_000 },
      quota: { limit: 100, period: 'month' },
    });
    const response = await send({ key: secret });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      meta: { requestId: expect.stringMatching(/^req_/) },
      data: {
        valid: true,
        code: 'VALID',
        keyId,
        name: 'Feed',
        enabled: true,
        meta: { plan: 'pro' },
        expires,
        credits: 99,
        permissions: ['inventory:read'],
        roles: [],
        identity: { id: world.applicationId, externalId: 'user-7' },
        ratelimits: [
          {
            id: 'default',
            name: 'default',
            limit: 5,
            duration: 60_000,
            reset: expect.any(Number),
            remaining: 4,
            exceeded: false,
            autoApply: true,
          },
        ],
      },
    });
  });

  test('without end, meta or limits leaves those fields out', async () => {
    const { secret } = await world.newKey();
    const data = await verified({ key: secret });
    expect(data).toMatchObject({ identity: { externalId: 'datafeed' }, ratelimits: [], meta: {} });
    expect(Object.keys(data)).not.toEqual(expect.arrayContaining(['expires']));
    expect(Object.keys(data)).not.toEqual(expect.arrayContaining(['credits']));
  });

  test('that is malformed, unknown or revoked is NOT_FOUND and not described', async () => {
    const doomed = await world.newKey();
    await world.ok('keys.revoke', { keyId: doomed.keyId, reason: 'leaked' }, z.unknown());
    const stranger = `${doomed.secret.slice(0, 30)}0${doomed.secret.slice(31)}`;
    for (const key of [doomed.secret, stranger, 'sk_1234abcdef', 'x'.repeat(512)]) {
      expect(await verified({ key })).toEqual({ valid: false, code: 'NOT_FOUND' });
    }
  });

  test('of another service is NOT_FOUND here, whatever its state, and good there', async () => {
    const { keyId, secret } = await world.newKey({ scopeIds: [world.stock.readScopeId] });
    expect(await verified({ key: secret })).toEqual({ valid: false, code: 'NOT_FOUND' });
    const there = await send({ key: secret }, { Authorization: `Bearer ${world.stock.token}` });
    expect(unkeyVerifyResponse.parse(await there.json()).data.code).toBe('VALID');
    await world.ok('keys.suspend', { keyId, reason: 'Investigated' }, z.unknown());
    expect(await verified({ key: secret })).toEqual({ valid: false, code: 'NOT_FOUND' });
  });

  test('that reaches endpoints by rules of its own is no stranger', async () => {
    const rules = [{ effect: 'allow', methods: ['GET'], path: '/offers' }];
    const { secret } = await world.newKey({ scopeIds: [], rules });
    expect(await verified({ key: secret })).toMatchObject({ valid: true, permissions: [] });
  });

  test('that is suspended is DISABLED, one past its end EXPIRED, one bound to addresses FORBIDDEN', async () => {
    const suspended = await world.newKey();
    await world.ok('keys.suspend', { keyId: suspended.keyId, reason: 'Investigated' }, z.unknown());
    expect(await verified({ key: suspended.secret })).toMatchObject({ code: 'DISABLED', enabled: false });
    const bound = await world.newKey({ ipAllow: ['203.0.113.0/24'] });
    expect(await verified({ key: bound.secret })).toMatchObject({ code: 'FORBIDDEN', keyId: bound.keyId });
    const ending = await world.newKey({
      expiresAt: world.house.core.clock.nowMs() + 3_600_000,
      noExpiryReason: undefined,
    });
    world.house.tick(3_600_001);
    expect(await verified({ key: ending.secret })).toMatchObject({ code: 'EXPIRED', valid: false });
  });

  test('asked about with the apiId of another space is NOT_FOUND; with id or slug of this service it is found', async () => {
    const { secret } = await world.newKey();
    for (const apiId of [world.trade.id, world.trade.slug]) {
      expect(await verified({ key: secret, apiId })).toMatchObject({ code: 'VALID' });
    }
    for (const apiId of [world.stock.id, 'api_1234567890']) {
      expect(await verified({ key: secret, apiId })).toEqual({ valid: false, code: 'NOT_FOUND' });
    }
  });
});

describe('limits', () => {
  test('refuse with RATE_LIMITED and USAGE_EXCEEDED, and a refusal spends nothing', async () => {
    const limited = await world.newKey({
      rateLimit: { limit: 2, windowMs: 60_000 },
      quota: { limit: 10, period: 'month' },
    });
    const ask = (cost: number) => verified({ key: limited.secret, credits: { cost } });
    expect(await ask(7)).toMatchObject({ valid: true, credits: 3 });
    expect(await ask(4)).toMatchObject({ valid: false, code: 'USAGE_EXCEEDED' });
    expect(await ask(3)).toMatchObject({ valid: true, credits: 0 });
    expect(await ask(0)).toMatchObject({
      code: 'RATE_LIMITED',
      ratelimits: [{ name: 'default', limit: 2, remaining: 0, exceeded: true }],
    });
  });

  test('a limit that only the call brings is counted by its name', async () => {
    const { secret } = await world.newKey();
    const ask = () =>
      verified({ key: secret, ratelimits: [{ name: 'export', limit: 3, duration: 60_000, cost: 2 }] });
    expect(await ask()).toMatchObject({
      valid: true,
      ratelimits: [{ name: 'export', limit: 3, remaining: 1, exceeded: false, autoApply: false }],
    });
    expect(await ask()).toMatchObject({
      code: 'RATE_LIMITED',
      ratelimits: [{ name: 'export', exceeded: true }],
    });
  });
});

describe('named limits', () => {
  test('may have any name of 255 characters, a million of limit and cost, and 30 days', async () => {
    const { secret } = await world.newKey();
    const month = 30 * 86_400_000;
    const names = ['api:read per user', 'api:read per  user', 'Ü'.repeat(255), '~'];
    const ratelimits = names.map((name) => ({ name, limit: 1_000_000, duration: month, cost: 999_999 }));
    const data = await verified({ key: secret, ratelimits });
    expect(data).toMatchObject({
      valid: true,
      ratelimits: names.map((name) => ({ id: name, name, duration: month, remaining: 1 })),
    });
    const again = await verified({ key: secret, ratelimits: [{ ...ratelimits[0], cost: 2 }] });
    expect(again).toMatchObject({ code: 'RATE_LIMITED', ratelimits: [{ name: names[0], exceeded: true }] });
    const other = await verified({
      key: secret,
      ratelimits: [{ ...ratelimits[0], name: 'api:read', cost: 2 }],
    });
    expect(other).toMatchObject({ valid: true });
  });

  test('that the key has not and the call does not describe are an error, and nothing is spent', async () => {
    const { secret } = await world.newKey({
      rateLimit: { limit: 5, windowMs: 60_000 },
      rateLimits: [{ name: 'export', limit: 5, windowMs: 60_000 }],
      quota: { limit: 10, period: 'month' },
    });
    const faulty = [
      [{ name: 'none' }],
      [{ name: 'export' }, { name: 'a:b', limit: 5 }],
      [{ name: 'none', duration: 60_000, cost: 0 }],
    ];
    for (const ratelimits of faulty) {
      const error = await refused(await send({ key: secret, ratelimits }), 400);
      const at = `body.ratelimits[${String(ratelimits.length - 1)}].name`;
      expect(error.errors).toMatchObject([{ location: at, message: expect.stringContaining('duration') }]);
    }
    const held = await verified({ key: secret, ratelimits: [{ name: 'export' }, { name: 'default' }] });
    expect(held).toMatchObject({ valid: true, credits: 9 });
    expect(held.ratelimits?.map(({ remaining }) => remaining)).toEqual([4, 4]);
    const bare = await world.newKey();
    await refused(await send({ key: bare.secret, ratelimits: [{ name: 'default' }] }), 400);
    const gone = await verified({ key: 'x'.repeat(20), ratelimits: [{ name: 'none' }] });
    expect(gone).toEqual({ valid: false, code: 'NOT_FOUND' });
  });
});

describe('permissions', () => {
  test('are a query over the key’s scopes at this service', async () => {
    const { secret } = await world.newKey({ scopeIds: [world.trade.readScopeId] });
    const ask = async (permissions: string) => (await verified({ key: secret, permissions })).code;
    expect(await ask('inventory:read')).toBe('VALID');
    expect(await ask('inventory:write OR (inventory:read)')).toBe('VALID');
    expect(await ask('inventory:read AND inventory:write')).toBe('INSUFFICIENT_PERMISSIONS');
  });

  test('with a syntax error are a 400 that says where', async () => {
    const { secret } = await world.newKey();
    const error = await refused(await send({ key: secret, permissions: 'a AND (b' }), 400);
    expect(error.errors).toMatchObject([
      {
        location: 'body.permissions',
        message: expect.stringMatching(/^permissions, character 7/),
        fix: expect.any(String),
      },
    ]);
  });
});

describe('a request', () => {
  test('that is wrong is told where, and its values are not repeated', async () => {
    const key = 'lk_live_secret_'.repeat(3);
    const cases: [unknown, string][] = [
      [{ key, clientIp: '203.0.113.9' }, 'body.clientIp'],
      [{ key, ratelimits: [{ name: 'a'.repeat(256) }] }, 'body.ratelimits[0].name'],
      [{ key, ratelimits: [{ name: 'twice' }, { name: 'twice' }] }, 'body.ratelimits[1].name'],
      [
        { key, ratelimits: [{ name: 'much', limit: 1_000_001, duration: 1_000 }] },
        'body.ratelimits[0].limit',
      ],
      [{ key, tags: ['ok', ''] }, 'body.tags[1]'],
      [{ key, tags: Array.from({ length: 21 }, () => 'a') }, 'body.tags'],
      [{ key, credits: { cost: -1 } }, 'body.credits.cost'],
      [{ key: '' }, 'body.key'],
      [{ key: key.repeat(100) }, 'body.key'],
      [{}, 'body.key'],
      ['{', 'body'],
    ];
    for (const [body, location] of cases) {
      const error = await refused(await send(body), 400);
      expect(error.errors?.[0]?.location).toBe(location);
      expect(JSON.stringify(error)).not.toContain('lk_live_secret');
    }
  });

  test('with a missing or bad root key, too much, or another media type is refused in the same envelope', async () => {
    const missing = await send({ key: 'k' }, { Authorization: '' });
    expect(missing.headers.get('www-authenticate')).toMatch(/^Bearer/);
    await refused(missing, 401);
    await refused(await send({ key: 'k' }, { Authorization: `Bearer ${STRANGE_SERVICE_TOKEN}` }), 401);
    await refused(await send({ key: 'k' }, { Authorization: 'Bearer unkey_3ZR' }), 401);
    await refused(await send({ key: 'k' }, { 'Content-Type': 'text/plain' }), 415);
    await refused(await send({ key: 'k', tags: ['x'.repeat(70_000)] }), 413);
    await refused(await send({ apiId: 'a' }, {}, '/v2/keys.createKey'), 404);
    const got = await fetch(`${world.house.service.url}/v2/keys.verifyKey`);
    expect(got.headers.get('allow')).toBe('POST');
    await refused(got, 405);
  });

  test('may have 20 tags of 512 characters; the log keeps what a tag of ours can hold', async () => {
    const { keyId, secret } = await world.newKey();
    const tags = [
      'endpoint=/users/profile',
      'with space',
      ...Array.from({ length: 18 }, () => 'ü'.repeat(512)),
    ];
    expect(await verified({ key: secret, tags, migrationId: 'legacy' })).toMatchObject({ valid: true });
    const { items } = await world.ok(
      'requests.list',
      { filter: { keyId } },
      z.object({ items: z.array(z.object({ tags: z.array(z.string()) })) }),
    );
    expect(items[0]?.tags.slice(0, 3)).toEqual(['endpoint=/users/profile', 'with_space', 'ü'.repeat(64)]);
  });

  test('that asks for nothing but a good key is this call’s alone: POST /v1/verify still wants a demand', async () => {
    const { secret } = await world.newKey();
    for (const demand of [{ scopes: [] }, {}, { scopes: [], knownAt: 'here' }]) {
      const response = await send({ key: secret, ...demand }, {}, '/v1/verify');
      expect(response.status).toBe(400);
    }
  });
});
