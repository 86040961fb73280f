import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openHouse, post } from './house.test-support.ts';
import type { House } from './house.test-support.ts';

let house: House;
let token: string;
let serviceId: string;
let key: string;

const id = z.object({ id: z.string() });

beforeAll(async () => {
  house = await openHouse();
  const partner = await ok(
    'partners.create',
    { name: 'Acme', tier: 'external', contactEmail: 'a@acme.example' },
    id,
  );
  const application = await ok(
    'applications.create',
    { partnerId: partner.id, name: 'Feed', slug: 'feed', contactEmail: 'a@acme.example' },
    id,
  );
  const made = await ok(
    'services.create',
    { name: 'Trade', slug: 'trade' },
    z.object({ service: id, token: z.string() }),
  );
  token = made.token;
  serviceId = made.service.id;
  const rules = [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }];
  const scope = await ok('scopes.create', { serviceId, name: 'inventory:read', rules }, id);
  const input = {
    applicationId: application.id,
    name: 'K',
    environment: 'live',
    scopeIds: [scope.id],
    expiresAt: null,
  };
  key = (await ok('keys.create', input, z.object({ secret: z.string() }))).secret;
});
afterAll(() => house.close());

async function ok<T>(name: string, input: unknown, output: z.ZodType<T>): Promise<T> {
  const reply = await house.call(name, input);
  return z.object({ ok: z.literal(true), data: output }, JSON.stringify(reply)).parse(reply).data;
}

function send(path: string, body: unknown): Promise<Response> {
  return fetch(`${house.service.url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
}

const ask = (more: Record<string, unknown>) => ({ key, method: 'GET', path: '/inventory/1', ...more });
const problem = z.object({ code: z.string(), status: z.int(), retryAfterMs: z.number().optional() }).loose();

test('one failed attempt too many is a 429 with the time to wait, and a good key from the same address is a 200', async () => {
  await ok('settings.update', { failuresMax: 3, failuresForgivenPerSecond: 0.05 }, z.unknown());
  const guess = ask({ key: 'garbage', clientIp: '203.0.113.9' });
  for (let attempt = 0; attempt < 3; attempt += 1) expect((await send('/v1/verify', guess)).status).toBe(200);
  const refused = await send('/v1/verify', guess);
  const told = problem.parse(await refused.json());
  expect([refused.status, told.code]).toEqual([429, 'SERVICE_THROTTLED']);
  expect(refused.headers.get('content-type')).toBe('application/problem+json');
  const seconds = Number(refused.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(10);
  expect(seconds).toBe(Math.ceil((told.retryAfterMs ?? 0) / 1_000));
  const good = await send('/v1/verify', ask({ clientIp: '203.0.113.9' }));
  expect([good.status, await good.json()]).toMatchObject([200, { valid: true }]);
  expect((await send('/v1/lookup', { key: 'garbage', clientIp: '203.0.113.9' })).status).toBe(429);
});

test('in a batch only the items of that address are throttled', async () => {
  const items = [
    ask({ clientIp: '203.0.113.9' }),
    ask({ key: 'garbage', clientIp: '203.0.113.9' }),
    ask({ key: 'garbage', clientIp: '198.51.100.1' }),
  ];
  const answer = await post(`${house.service.url}/v1/verify/batch`, token, { items });
  expect(answer).toMatchObject({
    items: [
      { valid: true, code: 'VALID' },
      { valid: false, code: 'SERVICE_THROTTLED', status: 429, error: { code: 'SERVICE_THROTTLED' } },
      { valid: false, code: 'MALFORMED', status: 401 },
    ],
  });
});

test('throttled attempts are counted and leave no rows', async () => {
  expect(house.core.verifier.guard.figures()).toMatchObject({ throttled: 3, shed: { load: 0 } });
  const malformed = async () => {
    const output = z.object({ items: z.array(z.object({ code: z.string() })) });
    const { items } = await ok('requests.list', {}, output);
    return items.filter(({ code }) => code === 'MALFORMED').length;
  };
  // The log is written a moment later; three of the first address and one of the other are decisions.
  await expect.poll(malformed, { timeout: 5_000 }).toBe(4);
});

test('above the ceiling of a service it is a 503 with Retry-After, and the ceiling can be lifted at once', async () => {
  await ok('services.update', { serviceId, verifyPerSecondMax: 5 }, z.unknown());
  const answers = await Promise.all(Array.from({ length: 12 }, () => send('/v1/verify', ask({}))));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(5);
  const refused = answers.find(({ status }) => status === 503);
  if (refused === undefined) throw new Error(`nothing was turned away: ${statuses.join(' ')}`);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(problem.parse(await refused.json())).toMatchObject({
    code: 'VERIFY_UNAVAILABLE',
    retryAfterMs: 1_000,
  });
  await ok('services.update', { serviceId, verifyPerSecondMax: null }, z.unknown());
  expect((await send('/v1/verify', ask({}))).status).toBe(200);
});

test('a scope query with a mistake is a 400 with the field and the place', async () => {
  const refused = await send('/v1/verify', ask({ scopeQuery: 'inventory:read AND (' }));
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    code: 'BAD_REQUEST',
    field: 'scopeQuery',
    detail: expect.stringContaining('character 21'),
  });
  const lacking = await post(`${house.service.url}/v1/verify`, token, {
    key,
    scopeQuery: 'a:b OR (c:d AND e:f)',
  });
  expect(lacking).toMatchObject({ code: 'INSUFFICIENT_SCOPE', missing: ['a:b'] });
});

test('bindings of a key are set, read back, audited and in force; what makes no sense is told by field', async () => {
  const { keyId } = await ok(
    'keys.list',
    {},
    z.object({ items: z.array(z.object({ keyId: z.string() })) }),
  ).then(({ items }) => items[0] ?? { keyId: '' });
  const hours = { days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00', timeZone: 'Europe/Berlin' };
  const bindings = {
    userAgentAllow: ['acme-sync'],
    serviceAllow: [serviceId],
    timeAllow: [hours],
    bindingMode: 'observe',
  };
  expect(await ok('keys.update', { keyId, ...bindings }, z.unknown())).toMatchObject(bindings);
  expect(await post(`${house.service.url}/v1/verify`, token, ask({ userAgent: 'curl/8' }))).toMatchObject({
    valid: true,
    warnings: [{ code: 'OBSERVED_USER_AGENT_NOT_ALLOWED' }],
  });
  await ok('keys.update', { keyId, bindingMode: 'enforce' }, z.unknown());
  expect(await post(`${house.service.url}/v1/verify`, token, ask({ userAgent: 'curl/8' }))).toMatchObject({
    valid: false,
    code: 'USER_AGENT_NOT_ALLOWED',
  });
  const audit = JSON.stringify(await ok('audit.list', { limit: 5 }, z.unknown()));
  expect(audit).toContain('"bindingMode":"enforce"');
  for (const [change, code, path] of [
    [{ userAgentAllow: ['curl/8'] }, 'INVALID_INPUT', 'userAgentAllow.0'],
    [{ serviceAllow: ['svc_0000000000000000'] }, 'SERVICE_NOT_FOUND', 'serviceAllow.0'],
    [{ timeAllow: [{ ...hours, timeZone: 'Mars/Olympus' }] }, 'INVALID_INPUT', 'timeAllow.0.timeZone'],
    [{ timeAllow: [{ ...hours, to: '00:00' }] }, 'INVALID_INPUT', 'timeAllow.0.to'],
    [{ bindingMode: 'maybe' }, 'INVALID_INPUT', 'bindingMode'],
  ] as const) {
    expect(await house.call('keys.update', { keyId, ...change })).toMatchObject({
      ok: false,
      error: { code, fields: [{ path }] },
    });
  }
  expect(await house.call('settings.update', { trustedProxies: ['10.0.0.0/99'] })).toMatchObject({
    error: { code: 'INVALID_INPUT', fields: [{ path: 'trustedProxies.0' }] },
  });
});
