import { formatKey } from '#main/domain/key-format.ts';
import { expect, test } from 'playwright/test';
import { startGatewayWorld, type GatewayWorld } from './gateways/gateway-world.ts';
import { PROXIES } from './gateways/start-gateway.ts';

/** A request that may not pass: what the client gets, and that the service gets nothing. */
interface Denial {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly status: number;
  readonly code: string;
}

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
const apiKey = (key: string) => ({ 'X-API-Key': key });

function denials({ keys }: GatewayWorld): readonly Denial[] {
  const unknown = formatKey({
    environment: 'live',
    slug: 'datafeed',
    keyId: keys.good.keyId,
    secret43: 'x'.repeat(43),
  });
  return [
    { name: 'missing', headers: {}, status: 401, code: 'MISSING_KEY' },
    { name: 'malformed', headers: bearer(keys.malformed), status: 401, code: 'MALFORMED' },
    { name: 'unknown', headers: apiKey(unknown), status: 401, code: 'NOT_FOUND' },
    { name: 'expired', headers: bearer(keys.expired.text), status: 401, code: 'EXPIRED' },
    { name: 'revoked', headers: apiKey(keys.revoked.text), status: 401, code: 'REVOKED' },
    { name: 'suspended', headers: bearer(keys.suspended.text), status: 401, code: 'SUSPENDED' },
    { name: 'out of scope', headers: apiKey(keys.outOfScope.text), status: 403, code: 'INSUFFICIENT_SCOPE' },
    {
      name: 'two credentials',
      headers: { ...bearer(keys.good.text), ...apiKey(keys.limited.text) },
      status: 400,
      code: 'CREDENTIALS_UNCLEAR',
    },
    {
      name: 'a key in the URL',
      headers: bearer(keys.good.text),
      path: `/inventory/42?api_key=${keys.good.text}`,
      status: 400,
      code: 'KEY_IN_URL',
    },
  ];
}

/** Paths that servers read in different ways: nothing of the kind may reach the service. */
const ODD_PATHS = [
  '/inventory/../admin',
  '/inventory/./42',
  '//inventory/42',
  '/inventory//42',
  '/inventory/%2e%2e/admin',
  '/inventory/..%2fadmin',
  '/inventory/a%2Fb',
  '/inventory/%252e%252e/admin',
  '/inventory/a%5cb',
  '/inventory/42;x=1',
  '/Inventory/42',
];

const IDENTITY = ['x-key-id', 'x-key-name', 'x-application', 'x-partner', 'x-scopes', 'x-request-id'];

function secretsOf({ keys, serviceToken }: GatewayWorld): readonly string[] {
  return [keys.good.text, keys.limited.text, keys.good.text.slice(-49, -6), serviceToken];
}

for (const proxy of PROXIES) {
  test.describe(`the real ${proxy} with its generated configuration`, () => {
    let world: GatewayWorld;
    test.beforeAll(async () => {
      world = await startGatewayWorld(proxy);
    });
    test.afterAll(async () => {
      await world.close();
    });
    test.beforeEach(() => {
      world.service.received.length = 0;
    });

    test('refuses with the right status, body and challenge, and the service hears nothing', async () => {
      for (const denial of denials(world)) {
        for (const method of ['GET', 'POST']) {
          const { headers, path, status, code, name } = denial;
          const body = method === 'POST' ? { body: '{"quantity":3}' } : {};
          const answer = await world.send({
            method,
            headers,
            ...(path === undefined ? {} : { path }),
            ...body,
          });
          const what = `${name}, ${method}: ${answer.text}`;
          expect(answer.status, what).toBe(status);
          expect(answer.problem, what).toMatchObject({ status, code });
          expect(answer.headers['cache-control'], what).toContain('no-store');
          const challenge = answer.headers['www-authenticate'];
          if (status === 401 || code === 'INSUFFICIENT_SCOPE') {
            expect(challenge, what).toMatch(/^Bearer realm="latchkey"/);
            expect(answer.headers['link'], what).toMatch(/^<http.*\/request-access.*>; rel="help"$/);
          }
          expect(String(challenge).match(/realm/g)?.length ?? 0, what).toBeLessThanOrEqual(1);
          for (const secret of secretsOf(world)) expect(answer.text).not.toContain(secret);
        }
      }
      expect(world.service.received).toEqual([]);
    });

    test('lets a good key pass with who calls, without the key, and tells what is left', async () => {
      const { keys } = world;
      const pair = { 'X-API-Key': keys.good.keyId, 'X-API-Secret': keys.good.text.slice(-49) };
      const basic = (user: string, password: string) => ({
        Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      });
      const ways = [
        bearer(keys.good.text),
        apiKey(keys.good.text),
        pair,
        basic(keys.good.text, ''),
        basic(keys.good.keyId, keys.good.text.slice(-49)),
      ];
      for (const headers of ways) {
        for (const [method, body] of [
          ['GET', ''],
          ['POST', '{"quantity":3}'],
        ] as const) {
          world.service.received.length = 0;
          const path = '/inventory/42?sort=a%20b&x=//';
          const answer = await world.send({ method, headers, path, ...(body === '' ? {} : { body }) });
          expect(answer.status, answer.text + world.gateway.output()).toBe(200);
          const [received] = world.service.received;
          expect(received).toMatchObject({
            method,
            url: path,
            body,
            headers: {
              'x-key-id': keys.good.keyId,
              'x-key-name': 'Pr%C3%BCfstand 7',
              'x-application': 'Data feed',
              'x-application-id': keys.application.id,
              'x-partner': '%C3%86cme & S%C3%B6hne',
              'x-partner-id': keys.partner.id,
              'x-scopes': 'inventory:all',
            },
          });
          expect(received?.headers['x-request-id']).toMatch(/^req_/);
          const everything = JSON.stringify(received?.rawHeaders);
          for (const secret of secretsOf(world)) expect(everything).not.toContain(secret);
          // Names of variables in place of values that the decision does not have.
          expect(everything).not.toMatch(/[{}$]/);
          expect(everything).not.toContain(Buffer.from(keys.good.text).toString('base64').slice(0, 40));
          expect(everything.toLowerCase()).not.toMatch(/latchkey|x-api-|x-consumer|"authorization"/);
        }
      }
    });

    test('lets encoded paths pass that mean what the key may call', async () => {
      for (const path of ['/inventory/%34%32', '/inventory/caf%C3%A9', '/inventory/a%20b']) {
        world.service.received.length = 0;
        const answer = await world.send({ headers: bearer(world.keys.good.text), path });
        expect(answer.status, `${path}: ${answer.text}`).toBe(200);
        const [received] = world.service.received;
        // As it was sent, or as the proxy writes the same path.
        expect(decodeURIComponent(received?.url ?? '')).toBe(decodeURIComponent(path));
      }
    });

    test('asks without the long headers of a client that no decision needs', async () => {
      const long = { Cookie: `a=${'x'.repeat(3_000)}`, Referer: `https://a.example/${'y'.repeat(3_000)}` };
      const answer = await world.send({
        headers: { ...bearer(world.keys.good.text), ...long, 'Accept-Language': 'de,'.repeat(900) },
      });
      expect(answer.status, answer.text + world.gateway.output()).toBe(200);
    });

    test('judges a page by its Origin, and without one by its Referer', async () => {
      const from = async (page: Readonly<Record<string, string>>) => {
        const { status, problem } = await world.send({
          headers: { ...bearer(world.keys.fromShop.text), ...page },
        });
        return `${String(status)} ${problem.code ?? ''}`.trim();
      };
      const [ours, theirs] = ['https://shop.example', 'https://evil.example'];
      expect(await from({ Origin: ours })).toBe('200');
      expect(await from({ Referer: `${ours}/cart?step=2` })).toBe('200');
      expect(await from({ Origin: theirs, Referer: `${ours}/cart` })).toBe('403 ORIGIN_NOT_ALLOWED');
      expect(await from({ Referer: `${theirs}/?of=${ours}/` })).toBe('403 ORIGIN_NOT_ALLOWED');
      expect(await from({})).toBe('403 ORIGIN_NOT_ALLOWED');
    });

    test('tells 429 with Retry-After when the limit is used up', async () => {
      const { limited } = world.keys;
      const first = await world.send({ headers: bearer(limited.text) });
      const second = await world.send({ method: 'POST', headers: apiKey(limited.text), body: '{}' });
      expect([first.status, second.status]).toEqual([200, 200]);
      for (const method of ['GET', 'POST']) {
        const third = await world.send({ method, headers: bearer(limited.text) });
        expect(third.status, third.text).toBe(429);
        expect(third.problem).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
        expect(Number(third.headers['retry-after'])).toBeGreaterThan(0);
        expect(Number(third.headers['retry-after'])).toBeLessThanOrEqual(60);
        expect(third.headers['ratelimit']).toMatch(/^"default";r=0;t=\d+$/);
      }
      // Caddy has no way to add them to the answer of a request that passes.
      if (proxy !== 'caddy') {
        expect(first.headers['ratelimit']).toMatch(/^"default";r=1;t=\d+$/);
        expect(first.headers['ratelimit-policy']).toBe('"default";q=2;w=60');
      }
      expect(world.service.received).toHaveLength(2);
    });

    test('tells the client of an old secret since when it is deprecated, when it ends, and when the key expires', async () => {
      const { old } = world.keys;
      const { secrets } = await world.app.call('keys.get', { keyId: old.keyId });
      const retiring = secrets.find(({ state }) => state === 'retiring');
      const answer = await world.send({ headers: bearer(old.text) });
      expect(answer.status, answer.text).toBe(200);
      const expires = new Date(old.expiresAt).toISOString();
      expect(world.service.received[0]?.headers['x-key-expires-at']).toBe(expires);
      const told = ['deprecation', 'sunset', 'x-key-expires-at'].map((name) => answer.headers[name]);
      // Caddy has no way to tell the client of a request that passes.
      if (proxy === 'caddy') return expect(told).toEqual([undefined, undefined, undefined]);
      expect(told[0]).toMatch(/^@\d+$/);
      expect(told[1]).toBe(new Date(retiring?.endsAt ?? 0).toUTCString());
      expect(told[2]).toBe(expires);
      // A key without an end is told none.
      const endless = await world.send({ headers: bearer(world.keys.good.text) });
      expect(endless.headers).not.toHaveProperty('x-key-expires-at');
    });

    test('refuses paths that servers read in different ways', async () => {
      for (const path of ODD_PATHS) {
        const answer = await world.send({ path, headers: bearer(world.keys.good.text) });
        expect([400, 403, 404], `${path}: ${String(answer.status)}`).toContain(answer.status);
        expect(world.service.received, path).toEqual([]);
      }
    });

    test('takes off what a client forged, however it is written', async () => {
      const forged = 'forged-by-client';
      const names = [...IDENTITY, 'x-application-id', 'x-partner-id', 'x-key-expires-at', 'x-consumer-id'];
      const more = [
        'x-consumer-username',
        'x-consumer-custom-id',
        'x-credential-identifier',
        'x-anonymous-consumer',
      ];
      const overrides = [
        'x-http-method-override',
        'x-original-url',
        'x-rewrite-url',
        'x-forwarded-method',
        'x-forwarded-uri',
        'x-latchkey-options',
      ];
      const all = [...names, ...more, ...overrides];
      const hyphens = Object.fromEntries(all.map((name) => [name, forged]));
      const underscores = Object.fromEntries(all.map((name) => [name.replaceAll('-', '_'), forged]));
      for (const headers of [hyphens, underscores]) {
        world.service.received.length = 0;
        const answer = await world.send({ headers: { ...headers, ...bearer(world.keys.good.text) } });
        expect(answer.status, answer.text).toBe(200);
        expect(JSON.stringify(world.service.received)).not.toContain(forged);
        expect(world.service.received[0]?.headers['x-key-id']).toBe(world.keys.good.keyId);
      }
    });

    test('keeps the identity headers when a client names them in Connection', async () => {
      const answer = await world.send({
        headers: { ...bearer(world.keys.good.text), Connection: 'close, X-Key-Id, X-Scopes' },
      });
      const [received] = world.service.received;
      if (received === undefined) expect(answer.problem).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
      else expect(received.headers['x-key-id']).toBe(world.keys.good.keyId);
    });

    test('tells where the client is, and not where the client says it is', async () => {
      const headers = {
        ...bearer(world.keys.good.text),
        'X-Forwarded-For': '203.0.113.77',
        'User-Agent': 'acme/2',
      };
      const answer = await world.send({ headers, path: '/inventory/where' });
      expect(answer.status).toBe(200);
      await expect
        .poll(async () => {
          const { items } = await world.app.call('requests.list', {
            filter: { pathContains: '/inventory/where' },
          });
          return items.map(({ clientIp, userAgent, method, code }) => ({
            clientIp,
            userAgent,
            method,
            code,
          }));
        })
        .toEqual([{ clientIp: '127.0.0.1', userAgent: 'acme/2', method: 'GET', code: 'VALID' }]);
    });

    test('passes the gateway test of the product, whose keys are dead afterwards', async () => {
      const result = await world.app.call('gateways.test', {
        serviceId: world.serviceId,
        url: world.url,
        path: '/inventory/42',
      });
      const wrong = result.rows.filter(({ isOk }) => isOk !== true);
      expect(wrong, JSON.stringify(result.notes)).toEqual([]);
      expect(result).toMatchObject({ isOk: true, notes: [] });
      const { items } = await world.app.call('keys.list', { filter: { tag: 'gateway-test' } });
      expect(items.length).toBeGreaterThan(0);
      expect(new Set(items.map(({ status }) => status))).toEqual(new Set(['revoked']));
    });

    test('lets nothing pass while Latchkey is down', async () => {
      await world.app.stop();
      for (const method of ['GET', 'POST']) {
        const answer = await world.send({ method, headers: bearer(world.keys.good.text) });
        expect(answer.status, answer.text).toBe(503);
        expect(answer.problem).toMatchObject({ status: 503, code: 'VERIFY_UNAVAILABLE' });
        expect(answer.headers['retry-after']).toBe('1');
      }
      expect(world.service.received).toEqual([]);
    });
  });
}
