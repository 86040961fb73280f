import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openDialectHouse } from '#main/http/dialect-world.test-support.ts';
import { ask } from './ask.test-support.ts';

let world: Awaited<ReturnType<typeof openDialectHouse>>;
beforeAll(async () => {
  world = await openDialectHouse();
});
afterAll(() => world.house.close());

type Headers = readonly (readonly [string, string])[];

const asks = (headers: Headers, { method = 'GET', uri = '/inventory/42' } = {}) =>
  ask(world.house.service.url, 'GET /forward-auth/generic', [
    ['X-Latchkey-Service', world.trade.token],
    ['X-Forwarded-Method', method],
    ['X-Forwarded-Uri', uri],
    ...headers,
  ]);
const bearer = (key: string): Headers => [['Authorization', `Bearer ${key}`]];
const basic = (user: string, password: string): Headers => [
  ['Authorization', `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`],
];

it('takes a key from every place that the contract names, also the same one from two', async () => {
  const { secret, keyId } = await world.newKey();
  const part = secret.slice(-49);
  const ways: readonly Headers[] = [
    bearer(secret),
    [['authorization', `bEaReR   ${secret}`]],
    [['X-API-Key', secret]],
    basic(secret, ''),
    basic(secret, 'x'),
    basic(keyId, part),
    basic(keyId, part.slice(0, 43)),
    [
      ['X-API-Key', keyId],
      ['X-API-Secret', part],
    ],
    [...bearer(secret), ['X-API-Key', secret]],
    [...basic(keyId, part), ['X-API-Key', keyId], ['X-API-Secret', part]],
  ];
  for (const headers of ways) {
    expect((await asks(headers)).headers['x-key-id'], JSON.stringify(headers)).toBe(keyId);
  }
});

it('refuses whatever leaves open which credential is meant', async () => {
  const { secret, keyId } = await world.newKey();
  const other = (await world.newKey()).secret;
  const ways: readonly Headers[] = [
    [...bearer(secret), ['X-API-Key', other]],
    [...bearer('eyJhbGciOiJIUzI1NiJ9.e30.x'), ['X-API-Key', secret]],
    basic(secret, other),
    [
      ['Authorization', 'Digest username="x"'],
      ['X-API-Key', secret],
    ],
    [['X-API-Secret', secret]],
    [...bearer(secret), ['X-API-Key', keyId], ['X-API-Secret', secret.slice(-49)]],
  ];
  for (const headers of ways) {
    const { body, status } = await asks(headers);
    expect(body, JSON.stringify(headers)).toMatchObject({ code: 'CREDENTIALS_UNCLEAR' });
    expect(status).toBe(400);
  }
  for (const name of ['Authorization', 'X-API-Key', 'X-Forwarded-Uri']) {
    const value = name === 'X-Forwarded-Uri' ? '/inventory/42' : secret;
    const { body } = await asks([
      [name, value],
      [name, value],
    ]);
    expect(body, name).toMatchObject({ code: 'HEADERS_CONFLICT', status: 403 });
  }
});

it('writes names so that they can be read back and cannot end a header', async () => {
  const name = 'Größe 100 % “naïve” 日本 🙂';
  const { secret } = await world.newKey({ name });
  const { headers } = await asks(bearer(secret));
  expect(headers['x-key-name']).toMatch(/^[ -~]*$/);
  expect(decodeURIComponent(headers['x-key-name'] ?? '')).toBe(name);
});

it('tells Kong’s names only when the proxy asks for them', async () => {
  const { secret, keyId } = await world.newKey({ externalId: 'crm-ü' });
  const without = await asks(bearer(secret));
  expect(Object.keys(without.headers).filter((name) => /consumer|credential/.test(name))).toEqual([]);
  const { headers } = await asks([...bearer(secret), ['X-Latchkey-Options', 'Consumer-Headers']]);
  expect(headers).toMatchObject({
    'x-consumer-id': world.applicationId,
    'x-consumer-username': 'datafeed',
    'x-consumer-custom-id': 'crm-%C3%BC',
    'x-credential-identifier': keyId,
  });
});

it('tells when a key expires, and since when an old secret of a rotation is on its way out', async () => {
  const expiresAt = world.house.core.clock.nowMs() + 86_400_000;
  const { secret, keyId } = await world.newKey({ expiresAt });
  const before = await asks(bearer(secret));
  expect(before.headers['x-key-expires-at']).toBe(new Date(expiresAt).toISOString());
  expect(before.headers['deprecation']).toBeUndefined();
  const rotatedAt = world.house.core.clock.nowMs();
  await world.house.call('keys.rotate', { keyId, overlapMs: 3_600_000 });
  world.house.tick(90_000);
  const { headers } = await asks(bearer(secret));
  expect(headers['deprecation']).toBe(`@${String(Math.floor(rotatedAt / 1_000))}`);
  expect(Date.parse(headers['sunset'] ?? '')).toBe(rotatedAt + 3_600_000);
});

it('tells the policy of a quota that is used up', async () => {
  for (const [period, window] of [
    ['day', ';w=86400'],
    ['month', ''],
  ]) {
    const { secret } = await world.newKey({ quota: { limit: 1, period } });
    expect((await asks(bearer(secret))).status).toBe(200);
    const { headers, status } = await asks([...bearer(secret), ['X-Latchkey-Options', 'legacy-rate-limit']]);
    expect(status).toBe(429);
    expect(headers['ratelimit']).toMatch(/^"quota";r=0;t=\d+$/);
    expect(headers['ratelimit-policy']).toBe(`"quota";q=1${window}`);
    expect(headers['x-ratelimit-limit']).toBe('1');
  }
});

it('tells each named limit and the quota as an item of its own', async () => {
  const { secret } = await world.newKey({
    rateLimit: { limit: 9, windowMs: 60_000 },
    rateLimits: [{ name: 'burst', limit: 5, windowMs: 1_000 }],
    quota: { limit: 100, period: 'day' },
  });
  const { headers } = await asks(bearer(secret));
  expect(headers['ratelimit-policy']).toBe('"default";q=9;w=60, "burst";q=5;w=1, "quota";q=100;w=86400');
  expect(headers['ratelimit']).toMatch(/^"default";r=8;t=\d+, "burst";r=4;t=\d+, "quota";r=99;t=\d+$/);
});

it('judges the address that stands behind the trusted proxies, never what the client wrote before it', async () => {
  const { secret } = await world.newKey({ ipAllow: ['203.0.113.0/24'] });
  const from = (chain: string) => asks([...bearer(secret), ['X-Forwarded-For', chain]]);
  expect((await from('203.0.113.9')).status).toBe(200);
  expect((await from('203.0.113.9, 198.51.100.7')).body).toMatchObject({ code: 'IP_NOT_ALLOWED' });
  await world.house.call('settings.update', { trustedProxies: ['198.51.100.0/24'] });
  expect((await from('203.0.113.9, 198.51.100.7')).status).toBe(200);
  expect((await from('203.0.113.9, 192.0.2.1, 198.51.100.7')).body).toMatchObject({ code: 'IP_NOT_ALLOWED' });
  const real = await asks([...bearer(secret), ['X-Real-IP', '203.0.113.9']]);
  expect(real.status).toBe(200);
});

it('matches paths of any writing as the rules do, and none that servers read in different ways', async () => {
  const { secret } = await world.newKey();
  for (const uri of [
    '/inventory/gr%C3%B6%C3%9Fe',
    '/inventory/größe'.normalize('NFC'),
    '/inventory/a?b=/../c',
  ]) {
    // A proxy passes raw bytes on as they came.
    const bytes = Buffer.from(uri, 'utf8').toString('latin1');
    expect((await asks(bearer(secret), { uri: bytes })).status, uri).toBe(200);
  }
  for (const uri of [
    '/inventory/..%2fadmin',
    '//inventory/1',
    '/inventory/%2e%2e/x',
    '/inventory/\xff\xfe',
    'inventory',
  ]) {
    const { body } = await asks(bearer(secret), { uri });
    expect(body, uri).toMatchObject({ code: 'INSUFFICIENT_SCOPE', status: 403 });
  }
});

it('answers 503 with Retry-After, and not 401, while the store cannot be read', async () => {
  const { secret } = await world.newKey();
  const broken = await openDialectHouse();
  const { url } = broken.house.service;
  const headers: Headers = [
    ['X-Latchkey-Service', broken.trade.token],
    ['X-Original-Method', 'GET'],
    ['X-Original-URI', '/inventory/42'],
    ...bearer(secret),
  ];
  await broken.house.core.close();
  const plain = await ask(url, 'GET /forward-auth/haproxy', headers);
  expect(plain.status).toBe(503);
  expect(plain.headers['retry-after']).toBe('1');
  const nginx = await ask(url, 'GET /forward-auth/nginx', headers);
  expect([nginx.status, nginx.headers['x-latchkey-status'], nginx.headers['retry-after']]).toEqual([
    403,
    '503',
    '1',
  ]);
  await broken.house.close();
});

it('keeps what the client calls its application, as a tag without keys or signs that no tag has; several names decide nothing', async () => {
  const { secret, keyId } = await world.newKey();
  const rows = z.object({ items: z.array(z.object({ tags: z.array(z.string()) })) });
  const tagsOf = async (names: readonly string[]) => {
    const path = `/inventory/app-${String(names.length)}-${String(names[0]?.length)}`;
    const answer = await asks([...bearer(secret), ...names.map((name) => ['X-App-Name', name] as const)], {
      uri: path,
    });
    expect(answer.status).toBe(200);
    const found = async () =>
      (await world.ok('requests.list', { filter: { keyId, pathContains: path } }, rows)).items[0]?.tags;
    await expect.poll(found, { timeout: 30_000 }).toBeDefined();
    return found();
  };
  expect(await tagsOf([])).toEqual([]);
  expect(await tagsOf(['Billing run/1.2'])).toEqual(['x-app-name=Billing_run/1.2']);
  expect(await tagsOf(['billing', 'search'])).toEqual(['x-app-name=billing']);
  expect((await tagsOf([secret]))?.join()).not.toContain(secret.slice(-30));
  expect((await tagsOf(['a'.repeat(400)]))?.[0]).toHaveLength(64);
});

it('a refusal leads by its Link header to the place to ask, the same as in its body, also where the address has letters of its own', async () => {
  const { secret } = await world.newKey();
  const refused = await asks(bearer(secret), { method: 'POST', uri: '/elsewhere' });
  const { help } = z.object({ help: z.string() }).parse(JSON.parse(refused.text));
  expect(help).toContain('/request-access?');
  expect(refused.headers['link']).toBe(`<${help}>; rel="help"`);
  await world.house.call('settings.update', { helpUrl: 'https://hilfe.example/schlüssel>' });
  const missing = await asks([]);
  expect(missing.headers['link']).toBe('<https://hilfe.example/schl%C3%BCssel%3E>; rel="help"');
  await world.house.call('settings.update', { helpUrl: null });
});
