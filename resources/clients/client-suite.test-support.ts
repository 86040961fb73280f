import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openDialectHouse } from '#main/http/dialect-world.test-support.ts';

/** What a service under test is told. It guards GET and POST /inventory/* and answers with the key id that it was handed, or
 *  "nobody", as text; GET /inventory/broken answers 500. */
export interface ServiceOptions {
  readonly url: string;
  readonly token: string;
  readonly onUnavailable: 'refuse' | 'allow';
  readonly timeoutMs: number;
}

/** A running service: where it is, and how it ends. Closing sends the reports that wait. */
export interface RunningService {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Time for a service in another language to start, the first build of the Go one included. */
const START_MS = 120_000;

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

    test('address, origin and user agent of the caller are told: a key bound to them is not free', async () => {
      const here = await world.newKey({ ipAllow: ['127.0.0.0/8', '::1/128'] });
      const elsewhere = await world.newKey({ ipAllow: ['203.0.113.0/24'] });
      expect((await call(here.secret)).status).toBe(200);
      expect(await (await call(elsewhere.secret)).json()).toMatchObject({ code: 'IP_NOT_ALLOWED' });
      const page = await world.newKey({ originAllow: ['https://shop.example'] });
      const from = (origin: string) => call(page.secret, '/inventory/42', { headers: { Origin: origin } });
      expect((await from('https://shop.example')).status).toBe(200);
      expect((await from('https://evil.example')).status).toBe(403);
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

function unavailableSuite(start: (options: ServiceOptions) => Promise<RunningService>): void {
  describe('while Latchkey', () => {
    let silent: Awaited<ReturnType<typeof openSilent>>;
    beforeAll(async () => {
      silent = await openSilent();
    });
    afterAll(() => silent.close());

    const answerOf = async (options: Omit<ServiceOptions, 'token'>, key: string | null) => {
      const service = await start({ ...options, token: 'lks_trade_unused' });
      const startedMs = performance.now();
      const headers: Record<string, string> = key === null ? {} : { 'X-API-Key': key };
      const response = await fetch(`${service.url}/inventory/42`, { headers });
      const told = {
        status: response.status,
        text: await response.text(),
        retryAfter: response.headers.get('retry-after'),
        ms: performance.now() - startedMs,
      };
      await service.close();
      return told;
    };
    const CLOSED = 'http://127.0.0.1:9';

    test(
      'is away, a request gets 503 with Retry-After',
      async () => {
        const told = await answerOf({ url: CLOSED, onUnavailable: 'refuse', timeoutMs: 500 }, 'lk_live_x');
        expect(told).toMatchObject({ status: 503, retryAfter: '1' });
        expect(told.text).toContain('VERIFY_UNAVAILABLE');
      },
      START_MS,
    );

    test(
      'does not answer, the time limit ends the wait',
      async () => {
        const told = await answerOf(
          { url: silent.url, onUnavailable: 'refuse', timeoutMs: 300 },
          'lk_live_x',
        );
        expect(told.status).toBe(503);
        expect(told.ms).toBeGreaterThan(250);
        expect(told.ms).toBeLessThan(3_000);
      },
      START_MS,
    );

    test(
      'is away, the policy allow lets those pass who send a key, and nobody else',
      async () => {
        const options = { url: CLOSED, onUnavailable: 'allow', timeoutMs: 500 } as const;
        expect(await answerOf(options, 'lk_live_x')).toMatchObject({ status: 200, text: 'nobody' });
        expect((await answerOf(options, null)).status).toBe(401);
      },
      START_MS,
    );

    test(
      'refuses the service itself, even the policy allow refuses',
      async () => {
        const options = { url: silent.refusingUrl, onUnavailable: 'allow', timeoutMs: 2_000 } as const;
        expect((await answerOf(options, 'lk_live_x')).status).toBe(503);
      },
      START_MS,
    );

    test(
      'has had enough of a caller, that caller gets 429, also under the policy allow',
      async () => {
        const options = { url: silent.throttlingUrl, onUnavailable: 'allow', timeoutMs: 2_000 } as const;
        const told = await answerOf(options, 'lk_live_x');
        expect(told).toMatchObject({ status: 429, retryAfter: '10' });
      },
      START_MS,
    );
  });
}

/** Three listeners: one that never answers, one that answers as for a wrong service token, one as after too many failures. */
async function openSilent() {
  const silent = createServer(() => undefined);
  const refusing = (status: number, code: string) =>
    createServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(status, { 'Content-Type': 'application/problem+json', 'Retry-After': '10' });
        response.end(JSON.stringify({ code, detail: 'No.' }));
      });
    });
  const servers = [silent, refusing(401, 'SERVICE_TOKEN_INVALID'), refusing(429, 'SERVICE_THROTTLED')];
  const [url = '', refusingUrl = '', throttlingUrl = ''] = await Promise.all(servers.map(listening));
  return {
    url,
    refusingUrl,
    throttlingUrl,
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** Gives the address of a server on a free port. */
export function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${String(port)}`);
    });
  });
}
