import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { problem } from '#contract/verify.ts';
import { openDialectHouse } from './dialect-world.test-support.ts';
import { introspectResponse } from './introspect-route.ts';

let world: Awaited<ReturnType<typeof openDialectHouse>>;

beforeAll(async () => {
  world = await openDialectHouse();
});
afterAll(() => world.house.close());

const send = (form: string | URLSearchParams, headers: Record<string, string> = {}) =>
  fetch(`${world.house.service.url}/v1/introspect`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      Authorization: `Bearer ${world.trade.token}`,
      ...headers,
    },
    body: form.toString(),
  });

async function introspected(fields: Record<string, string>, headers?: Record<string, string>) {
  const response = await send(new URLSearchParams(fields), headers);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return introspectResponse.parse(await response.json());
}

const rowsOf = async (keyId: string) =>
  (await world.ok('requests.list', { filter: { keyId } }, z.object({ items: z.array(z.unknown()) }))).items;

describe('an introspected key', () => {
  test('that is good is active, with scope, owner, times and audience', async () => {
    const expiresAt = Date.UTC(2027, 0, 1);
    const madeAt = world.house.core.clock.nowMs();
    const { keyId, secret } = await world.newKey({
      expiresAt,
      noExpiryReason: undefined,
      scopeIds: [world.trade.readScopeId, world.trade.writeScopeId, world.stock.readScopeId],
    });
    world.house.tick(5_000);
    expect(await introspected({ token: secret, token_type_hint: 'access_token', unknown: 'x' })).toEqual({
      active: true,
      scope: 'inventory:read inventory:write',
      client_id: world.applicationId,
      username: 'Data feed',
      token_type: 'api_key',
      exp: expiresAt / 1_000,
      iat: Math.floor(madeAt / 1_000),
      sub: keyId,
      aud: 'trade',
      iss: world.house.service.url,
    });
  });

  test('in rotation ends when its secret does, and the new one was made then', async () => {
    const { keyId, secret } = await world.newKey();
    world.house.tick(60_000);
    const rotated = await world.ok(
      'keys.rotate',
      { keyId, overlapMs: 3_600_000 },
      z.object({ secret: z.string() }),
    );
    const nowS = Math.floor(world.house.core.clock.nowMs() / 1_000);
    expect(await introspected({ token: secret })).toMatchObject({ exp: nowS + 3_600, iat: nowS - 60 });
    const fresh = await introspected({ token: rotated.secret });
    expect(fresh).toMatchObject({ active: true, iat: nowS });
    expect(fresh).not.toHaveProperty('exp');
  });

  test('is inactive, and no more is said, when it is unknown, malformed, revoked, suspended, expired or of another service', async () => {
    const revoked = await world.newKey();
    await world.ok('keys.revoke', { keyId: revoked.keyId, reason: 'leaked' }, z.unknown());
    const suspended = await world.newKey();
    await world.ok('keys.suspend', { keyId: suspended.keyId, reason: 'Investigated' }, z.unknown());
    const foreign = await world.newKey({ scopeIds: [world.stock.readScopeId] });
    const ending = await world.newKey({
      expiresAt: world.house.core.clock.nowMs() + 3_600_000,
      noExpiryReason: undefined,
    });
    world.house.tick(3_600_001);
    const unknown = revoked.secret.replace(/.{6}$/, '000000');
    for (const token of [
      revoked.secret,
      suspended.secret,
      foreign.secret,
      ending.secret,
      unknown,
      'a b',
      'é',
    ]) {
      expect(await introspected({ token })).toEqual({ active: false });
    }
    const there = { Authorization: `Bearer ${world.stock.token}` };
    expect(await introspected({ token: foreign.secret }, there)).toMatchObject({
      active: true,
      aud: 'stock',
    });
  });

  test('spends nothing, is no use and no row of the log, and used-up limits leave it active', async () => {
    const limit = { rateLimit: { limit: 1, windowMs: 60_000 }, quota: { limit: 1, period: 'month' } };
    const { keyId, secret } = await world.newKey(limit);
    for (let round = 0; round < 3; round += 1) {
      expect(await introspected({ token: secret })).toMatchObject({ active: true });
    }
    const used = z.object({ lastUsedAt: z.number().nullable() });
    expect(await world.ok('keys.get', { keyId }, used)).toEqual({ lastUsedAt: null });
    expect(await rowsOf(keyId)).toEqual([]);
    const verify = () =>
      fetch(`${world.house.service.url}/v1/verify`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${world.trade.token}` },
        body: JSON.stringify({ key: secret, method: 'GET', path: '/inventory/1' }),
      }).then(async (response) => z.object({ code: z.string() }).parse(await response.json()).code);
    expect(await verify()).toBe('VALID');
    expect(await verify()).toBe('RATE_LIMITED');
    expect(await introspected({ token: secret })).toMatchObject({ active: true });
    expect(await rowsOf(keyId)).toHaveLength(2);
  });

  test('that is bound to addresses is active only for one of them', async () => {
    const { secret: token } = await world.newKey({ ipAllow: ['203.0.113.0/24'] });
    expect(await introspected({ token })).toEqual({ active: false });
    expect(await introspected({ token, client_ip: '203.0.113.9' })).toMatchObject({ active: true });
    expect(await introspected({ token, client_ip: '198.51.100.1' })).toEqual({ active: false });
  });

  test('that is bound to programs and origins is active where both are told and fit', async () => {
    const { secret: token } = await world.newKey({
      userAgentAllow: ['acme-sync'],
      originAllow: ['https://shop.example'],
    });
    const fitting = { user_agent: 'acme-sync/2.1', origin: 'https://shop.example' };
    expect(await introspected({ token, ...fitting })).toMatchObject({ active: true });
    expect(await introspected({ token, ...fitting, user_agent: 'curl/8' })).toEqual({ active: false });
    expect(await introspected({ token, origin: fitting.origin })).toEqual({ active: false });
  });

  test('is active for an endpoint only when it may call it', async () => {
    const { secret: token } = await world.newKey({ scopeIds: [world.trade.readScopeId] });
    const path = '/inventory/42';
    expect(await introspected({ token, method: 'get', path })).toMatchObject({ active: true });
    expect(await introspected({ token, method: 'DELETE', path })).toEqual({ active: false });
    for (const half of [{ method: 'GET' }, { path }, { method: 'not one', path }]) {
      const response = await send(new URLSearchParams({ token, ...half }));
      expect(response.status).toBe(400);
      expect(problem.parse(await response.json())).toMatchObject({ field: 'method' });
    }
  });
});

describe('a request', () => {
  test('may authenticate with Basic and the service token as password', async () => {
    const { secret: token } = await world.newKey();
    const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    expect(await introspected({ token }, basic(`trade:${world.trade.token}`))).toMatchObject({
      active: true,
    });
    for (const text of [world.trade.token, 'trade:', 'trade:secret', `${world.trade.token}:`]) {
      expect((await send('token=x', basic(text))).status).toBe(401);
    }
  });

  test('without a good service token, a token, or as JSON is refused', async () => {
    const missing = await send('token=x', { Authorization: '' });
    expect(missing.status).toBe(401);
    expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="latchkey", Basic realm="latchkey"');
    for (const form of ['', 'token=', 'token=a&token=b', 'key=lk_live_x']) {
      const response = await send(form);
      expect(response.status).toBe(400);
      expect(problem.parse(await response.json())).toMatchObject({ code: 'BAD_REQUEST', field: 'token' });
    }
    expect((await send('{"token":"x"}', { 'Content-Type': 'application/json' })).status).toBe(415);
    expect((await send(`token=${'x'.repeat(9_000)}`)).status).toBe(413);
    expect((await fetch(`${world.house.service.url}/v1/introspect`)).status).toBe(405);
  });
});
