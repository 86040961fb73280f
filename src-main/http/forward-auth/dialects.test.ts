import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDialectHouse } from '#main/http/dialect-world.test-support.ts';
import { ask } from './ask.test-support.ts';
import type { RawAnswer } from './ask.test-support.ts';

// Each dialect as its proxy's documentation says it asks, with the headers that it adds by itself.

let world: Awaited<ReturnType<typeof openDialectHouse>>;
let key: string;
let keyId: string;

beforeAll(async () => {
  world = await openDialectHouse();
  ({ secret: key, keyId } = await world.newKey());
});
afterAll(() => world.house.close());

type Headers = readonly (readonly [string, string])[];
const url = (): string => world.house.service.url;
const token = (): readonly [string, string] => ['X-Latchkey-Service', world.trade.token];
const bearer = (): readonly [string, string] => ['Authorization', `Bearer ${key}`];

const forwarded = (method: string, uri: string): Headers => [
  ['X-Forwarded-Method', method],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Host', 'api.example.com'],
  ['X-Forwarded-Uri', uri],
  ['X-Forwarded-For', '203.0.113.9'],
];

const traefik = (method: string, uri: string, more: Headers = []): Promise<RawAnswer> =>
  ask(url(), 'GET /forward-auth/generic', [
    ...forwarded(method, uri),
    ['X-Forwarded-Port', '443'],
    ['Accept-Encoding', 'gzip'],
    token(),
    ...more,
  ]);

/** Envoy passes on the client's own Host. */
const envoy = (method: string, uri: string, more: Headers = []): Promise<RawAnswer> =>
  ask(url(), `${method} /forward-auth/envoy${uri}`, [
    ['Host', 'api.example.com'],
    ['X-Forwarded-For', '203.0.113.9'],
    ['X-Envoy-Internal', 'true'],
    ['Content-Length', '0'],
    token(),
    ...more,
  ]);

const apisix = (method: string, uri: string, more: Headers = []): Promise<RawAnswer> =>
  ask(url(), 'GET /forward-auth/apisix', [...forwarded(method, uri), token(), ...more]);

const nginx = (method: string, uri: string, more: Headers = []): Promise<RawAnswer> =>
  ask(url(), 'GET /forward-auth/nginx', [
    ['X-Original-Method', method],
    ['X-Original-URI', uri],
    ['X-Forwarded-For', '203.0.113.9'],
    token(),
    ...more,
  ]);

const haproxy = (method: string, uri: string, more: Headers = []): Promise<RawAnswer> =>
  ask(url(), 'GET /forward-auth/haproxy', [
    ['X-Original-Method', method],
    ['X-Original-URI', uri],
    token(),
    ...more,
  ]);

const DIALECTS = { traefik, envoy, apisix, nginx, haproxy };

describe.each(Object.entries(DIALECTS))('%s', (name, asks) => {
  const seen = (status: number): number => (name === 'nginx' && status !== 401 ? 403 : status);

  it('hears exactly 200 with who calls, and no body, when a request may pass', async () => {
    const answer = await asks('GET', '/inventory/42?x=1', [bearer()]);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.text).toBe('');
    expect(answer.headers).toMatchObject({
      'x-key-id': keyId,
      'x-key-name': 'Feed',
      'x-application': 'Data feed',
      'x-partner': 'Acme',
      'x-scopes': 'inventory:read',
      'cache-control': 'no-store',
    });
    expect(answer.headers['x-request-id']).toMatch(/^req_/);
    expect(answer.lines.join('\n')).not.toContain(key.slice(-49));
  });

  it('hears of the original method, not of its own', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      const answer = await asks(method, '/inventory/42', [bearer()]);
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ code: 'INSUFFICIENT_SCOPE', missing: [`${method} /inventory/42`] });
      expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope"');
    }
  });

  it('hears 401 with a bare challenge without a key, which is logged as a decision', async () => {
    const path = `/inventory/without-key-${name}`;
    const answer = await asks('GET', path);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="latchkey"');
    expect(answer.body).toMatchObject({ code: 'MISSING_KEY', status: 401 });
    const rows = async () => {
      const reply = await world.house.call('requests.list', { filter: { pathContains: path } });
      return JSON.stringify(reply);
    };
    await expect.poll(rows, { timeout: 5_000 }).toContain('"code":"MISSING_KEY"');
  });

  it('hears 400 for two different credentials, and for a key in the URL, which is in no log', async () => {
    const two = await asks('GET', '/inventory/42', [bearer(), ['X-API-Key', `${key}x`]]);
    expect(two.status).toBe(seen(400));
    expect(two.body).toMatchObject({ code: 'CREDENTIALS_UNCLEAR', status: 400 });
    expect(two.headers['www-authenticate']).toContain('error="invalid_request"');
    const inUrl = await asks('GET', `/inventory/in-url-${name}?key=${key}`, [bearer()]);
    expect(inUrl.status).toBe(seen(400));
    expect(inUrl.body).toMatchObject({ code: 'KEY_IN_URL', status: 400 });
    const rows = async () =>
      JSON.stringify(await world.house.call('requests.list', { filter: { pathContains: `in-url-${name}` } }));
    await expect.poll(rows, { timeout: 5_000 }).toContain('in-url');
    expect(await rows()).not.toContain(key.slice(-49));
    expect(world.house.logLines.join('')).not.toContain(key.slice(-49));
  });

  it('hears 429 with Retry-After and the limit as fields', async () => {
    const { secret } = await world.newKey({ name: 'One', rateLimit: { limit: 1, windowMs: 60_000 } });
    const limited: Headers = [
      ['Authorization', `Bearer ${secret}`],
      ['X-Latchkey-Options', 'legacy-rate-limit'],
    ];
    const first = await asks('GET', '/inventory/42', limited);
    expect(first.headers).toMatchObject({
      ratelimit: expect.stringMatching(/^"default";r=0;t=\d+$/) as string,
      'ratelimit-policy': '"default";q=1;w=60',
      'x-ratelimit-limit': '1',
      'x-ratelimit-remaining': '0',
    });
    const second = await asks('GET', '/inventory/42', limited);
    expect(second.status).toBe(seen(429));
    expect(second.body).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    const retry = Number(second.headers['retry-after']);
    expect(retry).toBeGreaterThan(0);
    const reset = Number(/t=(\d+)$/.exec(second.headers['ratelimit'] ?? '')?.[1]);
    expect(reset).toBeLessThanOrEqual(retry);
  });

  it('refuses a question whose headers contradict each other, whatever the key', async () => {
    const contradictions: Headers = [
      ['X-Original-URL', 'https://api.example.com/other'],
      ['X-Forwarded-Uri', '/other'],
      ['X-Original-Method', 'DELETE'],
      ['X-Latchkey-Service', 'lks_other'],
    ];
    for (const header of contradictions) {
      const answer = await asks('GET', '/inventory/42', [bearer(), header]);
      expect([401, 403], header[0]).toContain(answer.status);
      expect(['HEADERS_CONFLICT', 'SERVICE_TOKEN_INVALID'], header[0]).toContain(answer.body?.code);
    }
    const agreeing = await asks('GET', '/inventory/42', [
      bearer(),
      ['X-Original-URL', 'https://a.example/inventory/42'],
    ]);
    expect(agreeing.status).toBe(200);
  });

  it('never answers without the token of a service', async () => {
    for (const wrong of ['lks_trade_nonsense', key, world.stock.token.replace(/.$/, '#')]) {
      const { headers } = { headers: [bearer(), ['X-Latchkey-Service', wrong] as const] };
      const line =
        name === 'envoy'
          ? 'GET /forward-auth/envoy/inventory/42'
          : `GET /forward-auth/${name === 'traefik' ? 'generic' : name}`;
      const answer = await ask(url(), line, headers);
      expect(answer.status, wrong).toBe(401);
      expect(answer.body?.code).toMatch(/^SERVICE_TOKEN_(MISSING|INVALID)$/);
      expect(answer.headers['x-key-id']).toBeUndefined();
      // The client's key is not what is wrong.
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="latchkey"');
      expect(answer.body?.detail).toContain('Nothing is said about the API key');
    }
  });
});

describe('what only one of them does', () => {
  it('nginx gets every other status as 403 with the true one and the problem in headers', async () => {
    const answer = await nginx('GET', '/inventory/42', [bearer(), ['X-API-Key', 'lk_other']]);
    expect(answer.status).toBe(403);
    expect(answer.headers['x-latchkey-status']).toBe('400');
    expect(JSON.parse(answer.headers['x-latchkey-problem'] ?? '')).toEqual(answer.body);
    expect(answer.headers['x-latchkey-problem']).toMatch(/^[ -~]*$/);
  });

  it('Envoy may ask below any path with a body announced, and its path prefix alone tells nothing', async () => {
    const posted = await ask(
      url(),
      'POST /forward-auth/envoy/offers',
      [token(), bearer(), ['Content-Length', '9'], ['Content-Type', 'text/plain']],
      'ignored!!',
    );
    expect(posted.body).toMatchObject({ code: 'INSUFFICIENT_SCOPE', missing: ['POST /offers'] });
    const nothing = await ask(url(), 'GET /forward-auth/envoy', [token(), bearer()]);
    expect(nothing.status).toBe(500);
    expect(nothing.body).toMatchObject({ code: 'GATEWAY_MISCONFIGURED' });
    expect(nothing.body?.detail).toContain('path_prefix');
  });

  it('a proxy that does not tell the original request is told what to set', async () => {
    for (const [name, hint] of [
      ['generic', 'X-Forwarded-Uri'],
      ['nginx', 'proxy_set_header X-Original-URI $request_uri'],
      ['apisix', 'X-Forwarded-Method'],
      ['haproxy', 'X-Original-Method'],
    ] as const) {
      const answer = await ask(url(), `GET /forward-auth/${name}`, [token(), bearer()]);
      expect(answer.body).toMatchObject({ code: 'GATEWAY_MISCONFIGURED', status: 500 });
      expect(answer.body?.detail).toContain(hint);
      expect(answer.status).toBe(name === 'nginx' ? 403 : 500);
    }
  });

  it('a page of another site cannot ask; the Origin that a proxy passes on is that of its client', async () => {
    const page = await ask(url(), 'GET /forward-auth/generic', [
      ['Origin', 'https://evil.example'],
      bearer(),
    ]);
    expect(page.body).toMatchObject({ code: 'FORBIDDEN_ORIGIN' });
    const rebound = await ask(url(), 'GET /forward-auth/generic', [['Host', 'evil.example'], bearer()]);
    expect(rebound.body).toMatchObject({ code: 'MISDIRECTED_HOST', status: 421 });
    const { secret } = await world.newKey({ name: 'Shop', originAllow: ['https://shop.example'] });
    const from = (value: string, name = 'Origin') =>
      traefik('GET', '/inventory/42', [
        ['Authorization', `Bearer ${secret}`],
        [name, value],
      ]);
    expect((await from('https://shop.example/cart', 'Referer')).status).toBe(200);
    expect((await from('https://evil.example/', 'Referer')).status).toBe(403);
    expect((await from('https://shop.example')).status).toBe(200);
    expect((await from('https://evil.example')).body).toMatchObject({
      code: 'ORIGIN_NOT_ALLOWED',
      status: 403,
    });
  });
});
