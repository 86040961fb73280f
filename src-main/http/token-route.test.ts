import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { post } from './house.test-support.ts';
import { exchangeOf, openTokenHouse } from './token-world.test-support.ts';

const MINUTE_MS = 60_000;
const any = z.unknown();

let world: Awaited<ReturnType<typeof openTokenHouse>>;
beforeAll(async () => {
  world = await openTokenHouse();
});
afterAll(() => world.house.close());

describe('a token that a key was exchanged for', () => {
  test('checks offline with the published key alone, and says key, service, scopes, rules and end', async () => {
    const { keyId, secret } = await world.newKey({ scopeIds: [world.trade.readScopeId] });
    const made = await world.tokenFor(secret);
    const nowS = Math.floor(world.house.core.clock.nowMs() / 1_000);
    expect(made).toMatchObject({ expires_in: 300, scope: 'inventory:read' });
    expect(await world.checkOffline(made.access_token)).toMatchObject({
      iss: world.house.service.url,
      sub: keyId,
      aud: 'trade',
      client_id: world.applicationId,
      scope: 'inventory:read',
      iat: nowS,
      exp: nowS + 300,
      key_version: 1,
      service_id: world.trade.id,
      rules: [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }],
    });
    const { keys, cacheControl } = await world.jwks();
    expect(cacheControl).toBe('public, max-age=300');
    expect(Object.keys(keys[0] ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(world.house.logLines.join('\n')).not.toContain(made.access_token.split('.')[2]);
  });

  test('holds the scopes that were asked for and no others, offline and online', async () => {
    const scopeIds = [world.trade.readScopeId, world.trade.writeScopeId];
    const { secret } = await world.newKey({ scopeIds });
    const { access_token: token, scope } = await world.tokenFor(secret, { scope: 'inventory:write' });
    expect(scope).toBe('inventory:write');
    expect(await world.checkOffline(token)).toMatchObject({
      rules: [{ effect: 'allow', methods: ['POST'], path: '/inventory/**' }],
    });
    expect(await world.verify(token, { method: 'POST' })).toMatchObject({ valid: true });
    expect(await world.verify(token)).toMatchObject({ code: 'INSUFFICIENT_SCOPE' });
    expect(await world.verify(token, { scopes: ['inventory:read'] })).toMatchObject({
      code: 'INSUFFICIENT_SCOPE',
    });
    expect(
      await world.refused({ ...exchangeOf(secret), scope: 'inventory:read offers:write' }),
    ).toMatchObject({
      status: 400,
      error: 'invalid_scope',
    });
  });

  test('is one decision of its key: in the log, and counted in its limit, as each use of it online is', async () => {
    const rateLimit = { limit: 2, windowMs: 3_600_000 };
    const { keyId, secret } = await world.newKey({ rateLimit });
    const { access_token: token } = await world.tokenFor(secret);
    expect(await world.verify(token)).toMatchObject({ valid: true, rateLimit: { remaining: 0 } });
    const late = await world.ask(exchangeOf(secret));
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    expect((await world.rowsOf(keyId)).map(({ code, tags }) => [code, ...tags])).toEqual([
      ['RATE_LIMITED', 'token=made'],
      ['VALID', 'token=used'],
      ['VALID', 'token=made'],
    ]);
  });

  test('is refused online from the moment on at which its key is suspended, revoked or its secret ended', async () => {
    const { keyId, secret } = await world.newKey();
    const { access_token: token } = await world.tokenFor(secret);
    await world.ok('keys.suspend', { keyId, reason: 'Looked into' }, any);
    expect(await world.verify(token)).toMatchObject({ code: 'SUSPENDED' });
    await world.ok('keys.resume', { keyId }, any);
    expect(await world.verify(token)).toMatchObject({ valid: true });
    await world.ok('keys.rotate', { keyId, overlapMs: 0 }, any);
    expect(await world.verify(token)).toMatchObject({ code: 'REVOKED' });
    const other = await world.newKey();
    const { access_token: second } = await world.tokenFor(other.secret);
    await world.ok('keys.revoke', { keyId: other.keyId, reason: 'leaked' }, any);
    expect(await world.verify(second)).toMatchObject({ code: 'REVOKED' });
    // That is what the screen says: offline nobody hears of it before the end.
    expect(await world.checkOffline(second)).not.toBeNull();
  });

  test('ends after its time, and never later than its key or an old secret', async () => {
    const now = world.house.core.clock.nowMs();
    const ending = await world.newKey({ expiresAt: now + 90_000, noExpiryReason: undefined });
    expect(await world.tokenFor(ending.secret)).toMatchObject({ expires_in: 90 });
    const rotated = await world.newKey();
    await world.ok('keys.rotate', { keyId: rotated.keyId, overlapMs: 2 * MINUTE_MS }, any);
    expect(await world.tokenFor(rotated.secret)).toMatchObject({ expires_in: 120 });
    const inGrace = await world.newKey({
      expiresAt: now + 1_000,
      expiryGraceMs: 60 * MINUTE_MS,
      noExpiryReason: undefined,
    });
    world.house.tick(1_000 + 59 * MINUTE_MS);
    const lastOne = await world.tokenFor(inGrace.secret);
    expect(lastOne).toMatchObject({ expires_in: 60 });
    expect(await world.verify(lastOne.access_token)).toMatchObject({ valid: true });
    world.house.tick(MINUTE_MS);
    expect(await world.verify(lastOne.access_token)).toMatchObject({ code: 'EXPIRED' });
    const { secret } = await world.newKey();
    const { access_token: token } = await world.tokenFor(secret);
    world.house.tick(5 * MINUTE_MS - 1);
    expect(await world.verify(token)).toMatchObject({ valid: true, warnings: [] });
    world.house.tick(1);
    expect(await world.verify(token, { explain: true })).toMatchObject({
      code: 'EXPIRED',
      message: 'This token has ended.',
      trace: expect.arrayContaining([
        expect.objectContaining({ step: 'parse', detail: 'The token is well formed.' }),
      ]),
    });
  });

  test('is good at its service only, and not with a changed claim, signature or name of the signer', async () => {
    const scopeIds = [world.trade.readScopeId, world.stock.readScopeId];
    const { secret } = await world.newKey({ scopeIds });
    const { access_token: token } = await world.tokenFor(secret);
    expect(await world.verify(token)).toMatchObject({ valid: true });
    expect(await world.verify(token, {}, world.stock.token)).toMatchObject({ code: 'NOT_FOUND' });
    const [head = '', body = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as object;
    const wider = Buffer.from(JSON.stringify({ ...claims, exp: 9_999_999_999 })).toString('base64url');
    const foreign = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'x' })).toString(
      'base64url',
    );
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid: 'x' })).toString(
      'base64url',
    );
    expect(await world.verify(`${head}.${wider}.${signature}`)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await world.verify(`${head}.${body}.${signature.slice(0, -4)}AAAA`)).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await world.verify(`${foreign}.${body}.${signature}`)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await world.verify(`${unsigned}.${body}.`)).toMatchObject({ code: 'MALFORMED' });
  });

  test('is no key: it is not exchanged again, ends no key and shows none', async () => {
    const { keyId, secret } = await world.newKey();
    const { access_token: token } = await world.tokenFor(secret);
    const before = (await world.rowsOf(keyId)).length;
    expect(await world.refused(exchangeOf(token))).toMatchObject({ status: 400, error: 'invalid_request' });
    expect(await world.rowsOf(keyId)).toHaveLength(before);
    const url = world.house.service.url;
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    expect((await fetch(`${url}/v1/me`, { headers })).status).toBe(401);
    await fetch(`${url}/v1/self-revoke`, { method: 'POST', headers, body: '{}' });
    expect(await world.verify(secret)).toMatchObject({ valid: true });
  });

  test('is active when introspected, with its own times, and passes a gateway and who asks as Unkey', async () => {
    const { keyId, secret } = await world.newKey();
    const { access_token: token } = await world.tokenFor(secret);
    const url = world.house.service.url;
    const nowS = Math.floor(world.house.core.clock.nowMs() / 1_000);
    const response = await fetch(`${url}/v1/introspect`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${world.trade.token}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ token }).toString(),
    });
    expect(await response.json()).toMatchObject({
      ...{ active: true, token_type: 'Bearer', sub: keyId, iat: nowS, exp: nowS + 300 },
    });
    const passed = await fetch(`${url}/forward-auth/generic`, {
      headers: {
        'X-Latchkey-Service': world.trade.token,
        'X-Forwarded-Method': 'GET',
        'X-Forwarded-Uri': '/inventory/42',
        Authorization: `Bearer ${token}`,
      },
    });
    expect([passed.status, passed.headers.get('x-key-id')]).toEqual([200, keyId]);
    const found = await post(`${url}/v1/lookup`, world.trade.token, { key: token });
    expect(found).toMatchObject({ found: true, key: { keyId } });
    // A token is longer than any key of theirs.
    const asUnkey = await post(`${url}/v2/keys.verifyKey`, world.trade.token, { key: token });
    expect(asUnkey).toMatchObject({ data: { valid: true, code: 'VALID', keyId } });
  });
});

describe('the signing key', () => {
  test('is replaced without a gap: the new one is published before it signs, the old one until its last token ended', async () => {
    const { secret } = await world.newKey();
    const first = (await world.tokenFor(secret)).access_token;
    await world.ok('tokenExchange.rotateKey', {}, any);
    expect(await world.house.call('tokenExchange.rotateKey', {})).toMatchObject({
      error: { code: 'WRONG_STATUS' },
    });
    expect((await world.jwks()).keys).toHaveLength(2);
    expect(world.kidOf((await world.tokenFor(secret)).access_token)).toBe(world.kidOf(first));
    world.house.tick(5 * MINUTE_MS);
    const later = (await world.tokenFor(secret)).access_token;
    expect(world.kidOf(later)).not.toBe(world.kidOf(first));
    expect(await world.checkOffline(later)).not.toBeNull();
    expect((await world.jwks()).keys).toHaveLength(2);
    world.house.tick(15 * MINUTE_MS);
    expect((await world.jwks()).keys.map(({ kid }) => kid)).toEqual([world.kidOf(later)]);
  });

  test('that leaked goes at once, and every token that it signed', async () => {
    const { secret } = await world.newKey();
    const { access_token: token } = await world.tokenFor(secret);
    expect(await world.verify(token)).toMatchObject({ valid: true });
    await world.ok('tokenExchange.rotateKey', { isCompromised: true }, any);
    expect(await world.checkOffline(token)).toBeNull();
    expect(await world.verify(token)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await world.verify((await world.tokenFor(secret)).access_token)).toMatchObject({ valid: true });
    const events = await world.ok(
      'audit.list',
      { filter: { action: 'tokenExchange.rotateKey' } },
      z.object({ items: z.array(z.unknown()) }),
    );
    expect(events.items[0]).toMatchObject({ after: { isCompromised: true } });
    expect(JSON.stringify(events)).not.toContain('"d"');
  });
});
