import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openDialectHouse } from '#main/http/dialect-world.test-support.ts';
import { contentDigest, signatureHeaders } from './typescript/sign.ts';
import { START_MS, unavailableSuite } from './unavailable-suite.test-support.ts';
import type { RunningService, ServiceOptions } from './unavailable-suite.test-support.ts';

/** The promises of every client, asked of a real service before a real Latchkey. */
export function clientSuite(name: string, start: (options: ServiceOptions) => Promise<RunningService>): void {
  describe(name, () => {
    let world: Awaited<ReturnType<typeof openDialectHouse>>;
    let service: RunningService;
    const call = (key: string | null, path = '/inventory/42', init: RequestInit = {}) =>
      fetch(`${service.url}${path}`, {
        ...init,
        headers: { ...(key === null ? {} : { 'X-API-Key': key }), ...init.headers },
      });

    beforeAll(async () => {
      world = await openDialectHouse();
      const { url } = world.house.service;
      service = await start({ url, token: world.trade.token, onUnavailable: 'refuse', timeoutMs: 2_000 });
    }, START_MS);
    afterAll(async () => {
      await service.close();
      await world.house.close();
    });

    test('a good key passes, as Bearer, X-API-Key, pair or Basic, and the handler knows whose it is', async () => {
      const { keyId, secret } = await world.newKey();
      const basic = Buffer.from(`${keyId}:${secret}`).toString('base64');
      const headers: Record<string, string>[] = [
        { Authorization: `Bearer ${secret}` },
        { 'X-API-Key': secret },
        { 'X-API-Key': keyId, 'X-API-Secret': secret },
        { Authorization: `Basic ${basic}` },
      ];
      for (const one of headers) {
        const response = await call(null, '/inventory/42?q=1', { headers: one });
        expect(await response.text()).toBe(keyId);
        expect(response.status).toBe(200);
        expect(response.headers.get('x-request-id')).toMatch(/^req_/);
      }
    });

    test('a signed request passes once with the fields that it signed; unsigned, changed or signed by another it is refused', async () => {
      // The server takes no signature that a run before it can have taken.
      world.house.tick(10_000);
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const signedBy = { publicKeys: [publicKey.export({ type: 'spki', format: 'pem' }).toString()] };
      const { keyId, secret } = await world.newKey({ signedBy: { ...signedBy, coversBody: true } });
      const path = '/inventory/42?page=2&x=%20';
      const sign = (by = privateKey) =>
        signatureHeaders(
          { method: 'GET', url: path, body: '' },
          { privateKey: by, keyId, nowMs: world.house.core.clock.nowMs() },
        );
      const headers = sign();
      expect(await (await call(secret, path, { headers })).text()).toBe(keyId);
      const changed = { ...sign(), 'Content-Digest': contentDigest('another body') };
      const refused = [
        call(secret, path, { headers }),
        call(secret, path),
        call(secret, '/inventory/42?page=3', { headers: sign() }),
        call(secret, path, { headers: changed }),
        call(secret, path, { headers: sign(generateKeyPairSync('ed25519').privateKey) }),
      ];
      for (const response of await Promise.all(refused)) {
        expect(await response.json()).toMatchObject({ code: 'SIGNATURE_NOT_ALLOWED', status: 403 });
      }
    });

    test('no key, an unknown one, a malformed one and two at once are refused with a challenge, and look alike', async () => {
      const { secret } = await world.newKey();
      const stranger = (await world.newKey()).secret;
      await world.ok('keys.revoke', { keyId: stranger.split('_')[3], reason: 'leaked' }, z.unknown());
      const none = await call(null);
      expect(none.status).toBe(401);
      expect(none.headers.get('www-authenticate')).toBe('Bearer realm="api"');
      expect(none.headers.get('content-type')).toContain('application/problem+json');
      expect(await none.json()).toMatchObject({ code: 'MISSING_KEY', status: 401 });
      const revoked = await call(stranger);
      expect(revoked.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(await revoked.json()).toMatchObject({ code: 'REVOKED', status: 401 });
      const unknown = `${secret.slice(0, 40)}${'0'.repeat(secret.length - 40)}`;
      for (const key of [unknown, 'garbage', 'lk_live_x']) {
        expect(await (await call(key)).json()).toMatchObject({
          code: 'NOT_FOUND',
          detail: 'This API key is not known here.',
        });
      }
      const two = await call(secret, '/inventory/42', { headers: { Authorization: `Bearer ${stranger}` } });
      expect(two.status).toBe(401);
      expect((await call(null, `/inventory/42?key=${secret}`)).status).toBe(401);
    });

    test('what the key may not do is a 403 that names what is missing and whom to ask', async () => {
      const { secret } = await world.newKey();
      const response = await call(secret, '/inventory/42', { method: 'POST', body: 'x' });
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
      expect(await response.json()).toMatchObject({
        code: 'INSUFFICIENT_SCOPE',
        missing: ['POST /inventory/42'],
        contact: 'feed@acme.example',
      });
    });

    test('a refusal leads by its Link header to the place to ask, the same as in its body', async () => {
      const { secret } = await world.newKey();
      const refused = () => call(secret, '/inventory/42', { method: 'POST', body: 'x' });
      const response = await refused();
      const { help } = z.object({ help: z.url() }).parse(await response.json());
      expect(response.headers.get('link')).toBe(`<${help}>; rel="help"`);
      await world.ok('settings.update', { helpUrl: 'https://hilfe.example/schlüssel>' }, z.unknown());
      expect((await refused()).headers.get('link')).toBe(
        '<https://hilfe.example/schl%C3%BCssel%3E>; rel="help"',
      );
      await world.ok('settings.update', { helpUrl: null }, z.unknown());
    });

    test('limits are told with every answer, and a limited request gets 429 with Retry-After', async () => {
      const { secret } = await world.newKey({
        rateLimit: { limit: 2, windowMs: 60_000 },
        quota: { limit: 100, period: 'day' },
        expiresAt: Date.UTC(2027, 0, 1),
        noExpiryReason: undefined,
      });
      const first = await call(secret);
      expect(first.headers.get('ratelimit-policy')).toBe('"default";q=2;w=60, "quota";q=100;w=86400');
      expect(first.headers.get('ratelimit')).toMatch(/^"default";r=1;t=6[01], "quota";r=99;t=\d+$/);
      expect(first.headers.get('x-key-expires-at')).toMatch(/^2027-01-01T00:00:00(\.000)?Z$/);
      expect(first.headers.get('sunset')).toBeNull();
      await call(secret);
      const limited = await call(secret);
      expect(limited.status).toBe(429);
      expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await limited.json()).toMatchObject({ code: 'RATE_LIMITED' });
    });

    test('the old secret of a rotation is told since when, and when it ends', async () => {
      const { keyId, secret } = await world.newKey();
      const rotatedAt = world.house.core.clock.nowMs();
      await world.ok('keys.rotate', { keyId, overlapMs: 3_600_000 }, z.unknown());
      world.house.tick(90_000);
      const { headers } = await call(secret);
      expect(headers.get('deprecation')).toBe(`@${String(Math.floor(rotatedAt / 1_000))}`);
      expect(Date.parse(headers.get('sunset') ?? '')).toBe(rotatedAt + 3_600_000);
    });

    test('the address of the caller is told: a key bound to addresses is not free', async () => {
      const here = await world.newKey({ ipAllow: ['127.0.0.0/8', '::1/128'] });
      const elsewhere = await world.newKey({ ipAllow: ['203.0.113.0/24'] });
      expect((await call(here.secret)).status).toBe(200);
      expect(await (await call(elsewhere.secret)).json()).toMatchObject({ code: 'IP_NOT_ALLOWED' });
    });

    test('a key bound to origins works from its pages, by Origin or else by Referer, and from nowhere else', async () => {
      const { secret } = await world.newKey({ originAllow: ['https://shop.example'] });
      const from = async (headers: Record<string, string>) =>
        (await call(secret, '/inventory/42', { headers })).status;
      const shop = 'https://shop.example';
      expect(await from({ Origin: shop })).toBe(200);
      expect(await from({ Referer: `${shop}/cart?id=7` })).toBe(200);
      expect(await from({ Referer: 'HTTPS://Shop.Example' })).toBe(200);
      expect(await from({})).toBe(403);
      expect(await from({ Origin: 'https://evil.example' })).toBe(403);
      // What the browser says outright goes before the page.
      for (const Origin of ['https://evil.example', 'null', '']) {
        expect(await from({ Origin, Referer: `${shop}/` }), Origin).toBe(403);
      }
      for (const Referer of [
        `${shop}@evil.example/`,
        `${shop}.evil.example/`,
        `${shop}\\@evil.example/`,
        'about:blank',
      ]) {
        expect(await from({ Referer }), Referer).toBe(403);
      }
    });

    test('status and duration of every answer reach the log, joined to its decision', async () => {
      const { keyId, secret } = await world.newKey();
      await call(secret);
      expect((await call(secret, '/inventory/broken')).status).toBe(500);
      await call(secret, '/inventory/1', { method: 'POST', body: 'x' });
      const row = z.object({
        code: z.string(),
        path: z.string(),
        responseStatus: z.int().nullable(),
        durationMs: z.number().nullable(),
      });
      const rows = await vi.waitFor(
        async () => {
          const { items } = await world.ok(
            'requests.list',
            { filter: { keyId } },
            z.object({ items: z.array(row) }),
          );
          expect(items.filter(({ responseStatus }) => responseStatus !== null)).toHaveLength(3);
          return items;
        },
        { timeout: 10_000, interval: 100 },
      );
      expect(
        rows.map(({ code, path, responseStatus }) => `${code} ${path} ${String(responseStatus)}`),
      ).toEqual(
        expect.arrayContaining([
          'VALID /inventory/42 200',
          'VALID /inventory/broken 500',
          'INSUFFICIENT_SCOPE /inventory/1 403',
        ]),
      );
      for (const { durationMs } of rows) expect(durationMs).toBeGreaterThan(0);
    });

    unavailableSuite(start);
  });
}
