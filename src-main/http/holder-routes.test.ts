import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { enrollResponse, type EnrollResponse } from '#contract/enrolment.ts';
import { meResponse } from '#contract/holder.ts';
import { refusalProblem, verifyResponse, type VerifyResponse } from '#contract/verify.ts';
import { formatEnrolmentToken, formatKey } from '#main/domain/key-format.ts';
import { keyId as keyIdSchema } from '#contract/ids.ts';
import { openHouse, post, type House } from './house.test-support.ts';

const HOUR_MS = 3_600_000;
let house: House;
let serviceToken: string;
let applicationId: string;
let scopeId: string;

const id = z.object({ id: z.string() });
const made = z.object({ key: z.object({ keyId: keyIdSchema }), secret: z.string() });

beforeAll(async () => {
  house = await openHouse();
  // What is promised here holds on a busy machine too.
  await ok('settings.update', { shedLagMs: 0 }, z.unknown());
  const partner = await ok(
    'partners.create',
    { name: 'Acme', tier: 'external', contactEmail: 'dev@acme.example' },
    id,
  );
  const application = {
    partnerId: partner.id,
    name: 'Data feed',
    slug: 'datafeed',
    contactEmail: 'feed@acme.example',
  };
  applicationId = (await ok('applications.create', application, id)).id;
  const service = await ok(
    'services.create',
    { name: 'Trade', slug: 'trade' },
    z.object({ service: id, token: z.string() }),
  );
  serviceToken = service.token;
  const rules = [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }];
  scopeId = (await ok('scopes.create', { serviceId: service.service.id, name: 'inventory:read', rules }, id))
    .id;
});
afterAll(() => house.close());

async function ok<T>(name: string, input: unknown, output: z.ZodType<T>): Promise<T> {
  return z.object({ ok: z.literal(true), data: output }).parse(await house.call(name, input)).data;
}

const newKey = (name: string, more: object = {}) =>
  ok(
    'keys.create',
    {
      applicationId,
      name,
      environment: 'live',
      scopeIds: [scopeId],
      expiresAt: null,
      noExpiryReason: 'Test',
      ...more,
    },
    made,
  );

async function tokenOf(keyId: string, more: object = {}): Promise<string> {
  const expiresAt = house.core.clock.nowMs() + 24 * HOUR_MS;
  const input = { keyId, name: 'Builds', childLifeMsMax: HOUR_MS, expiresAt, ...more };
  return (await ok('enrolment.createToken', input, z.object({ token: z.string() }))).token;
}

async function verify(key: string, more: object = {}): Promise<VerifyResponse> {
  const body = { key, method: 'GET', path: '/inventory/42', ...more };
  return verifyResponse.parse(await post(`${house.service.url}/v1/verify`, serviceToken, body));
}

function send(
  path: string,
  options: { headers?: Record<string, string>; body?: unknown; form?: Record<string, string> } = {},
) {
  const { headers = {}, body, form } = options;
  const content =
    form !== undefined
      ? { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(form).toString() }
      : { type: 'application/json', text: JSON.stringify(body) };
  const hasBody = form !== undefined || body !== undefined;
  return fetch(`${house.service.url}${path}`, {
    method: hasBody ? 'POST' : 'GET',
    headers: { ...(hasBody ? { 'Content-Type': content.type } : {}), ...headers },
    ...(hasBody ? { body: content.text } : {}),
  });
}

const enrollWith = (token: string, body: object) =>
  send('/v1/enroll', { headers: { Authorization: `Bearer ${token}` }, body });
async function enroll(token: string, body: object = { version: '318' }): Promise<EnrollResponse> {
  const response = await enrollWith(token, body);
  expect(response.status).toBe(201);
  return enrollResponse.parse(await response.json());
}
const problemOf = async (response: Response) => ({
  status: response.status,
  ...z.object({ code: z.string(), detail: z.string() }).parse(await response.json()),
});
const unknownKey = () =>
  formatKey({
    environment: 'live',
    slug: 'datafeed',
    keyId: keyIdSchema.parse('unknownkey01'),
    secret43: 'x'.repeat(43),
  });

describe('POST /v1/enroll', () => {
  test('brings a key that works at once, shares the limit of its parent and puts its version into the log', async () => {
    const parent = await newKey('Parent', { rateLimit: { limit: 2, windowMs: HOUR_MS } });
    const token = await tokenOf(parent.key.keyId);
    const one = await enroll(token, { version: '318', commit: 'abcdef1' });
    house.tick();
    const other = await enroll(token, { version: '319' });
    expect(await verify(one.secret)).toMatchObject({ valid: true, key: { name: 'Parent 318' } });
    expect((await verify(parent.secret)).valid).toBe(true);
    expect(await verify(other.secret)).toMatchObject({ valid: false, code: 'RATE_LIMITED' });
    const rows = z.object({ items: z.array(z.object({ tags: z.array(z.string()) })) });
    const { items } = await ok('requests.list', { filter: { keyId: one.key.keyId } }, rows);
    expect(items[0]?.tags).toEqual(['version=318', 'commit=abcdef1']);
    const query = { filter: { query: 'tag:version=318' } };
    expect((await ok('requests.list', query, rows)).items).toHaveLength(1);
    const now = house.core.clock.nowMs();
    const pivot = { keyId: parent.key.keyId, from: now - HOUR_MS, to: now + HOUR_MS };
    const shown = z.object({
      rows: z.array(z.object({ value: z.string(), total: z.int(), refused: z.int() })),
    });
    expect((await ok('enrolment.pivot', pivot, shown)).rows).toEqual([
      { value: '319', total: 1, refused: 1 },
      { value: '318', total: 1, refused: 0 },
    ]);
  });

  test('a limit of its own holds for each child beside the one that all share', async () => {
    const parent = await newKey('Limited', { rateLimit: { limit: 10, windowMs: HOUR_MS } });
    const token = await tokenOf(parent.key.keyId, { rateLimit: { limit: 1, windowMs: HOUR_MS } });
    const [one, other] = [await enroll(token), await enroll(token, { version: '319' })];
    expect((await verify(one.secret)).valid).toBe(true);
    expect(await verify(one.secret)).toMatchObject({ code: 'RATE_LIMITED' });
    expect((await verify(other.secret)).valid).toBe(true);
    expect(await verify(parent.secret)).toMatchObject({ valid: true, rateLimit: { remaining: 7 } });
  });

  test('children are refused by the very next call after their parent is suspended or revoked', async () => {
    const parent = await newKey('Mortal');
    const { secret } = await enroll(await tokenOf(parent.key.keyId));
    const { keyId } = parent.key;
    expect((await verify(secret)).valid).toBe(true);
    await ok('keys.suspend', { keyId, reason: 'Test', message: 'Ask us' }, z.unknown());
    expect(await verify(secret)).toMatchObject({
      code: 'SUSPENDED',
      message: 'This API key is suspended: Ask us',
    });
    await ok('keys.resume', { keyId }, z.unknown());
    expect((await verify(secret)).valid).toBe(true);
    await ok('keys.revoke', { keyId, reason: 'leaked' }, z.unknown());
    expect(await verify(secret)).toMatchObject({ code: 'REVOKED' });
  });

  test('the same request gets the same answer, another one of that id does not', async () => {
    const parent = await newKey('Repeated');
    const token = await tokenOf(parent.key.keyId);
    const body = { version: '1', requestId: 'run-4711-1' };
    const first = await enroll(token, body);
    const again = await enrollWith(token, body);
    expect(again.status).toBe(200);
    expect(enrollResponse.parse(await again.json())).toEqual({ ...first, isRepeat: true });
    const other = await problemOf(await enrollWith(token, { ...body, version: '2' }));
    expect(other).toMatchObject({ status: 409, code: 'REQUEST_ID_TAKEN' });
    const count = await ok('enrolment.children', { keyId: parent.key.keyId }, z.object({ total: z.int() }));
    expect(count.total).toBe(1);
  });

  test('an unknown, a revoked and a wrong kind of token are refused alike, and nothing else of the body is told', async () => {
    const parent = await newKey('Refused');
    const token = await tokenOf(parent.key.keyId);
    const { items } = await ok(
      'enrolment.list',
      { keyId: parent.key.keyId },
      z.object({ items: z.array(id) }),
    );
    await ok('enrolment.revokeToken', { enrolmentTokenId: items[0]?.id }, z.unknown());
    const wrong = [token, formatEnrolmentToken('y'.repeat(43)), parent.secret, serviceToken, 'nonsense'];
    const answers = await Promise.all(
      wrong.map(async (text) => problemOf(await enrollWith(text, { nonsense: 1 }))),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, code: 'ENROLMENT_TOKEN_INVALID' });
    expect(await problemOf(await send('/v1/enroll', { body: {} }))).toMatchObject({
      code: 'ENROLMENT_TOKEN_MISSING',
    });
    const good = await tokenOf(parent.key.keyId, { name: 'Good' });
    for (const body of [
      {},
      { version: 'a b' },
      { commit: 'xyz' },
      { version: '1', lifeMs: 1 },
      { version: '1', x: 1 },
    ]) {
      expect((await enrollWith(good, body)).status).toBe(400);
    }
    await ok('keys.suspend', { keyId: parent.key.keyId, reason: 'Test' }, z.unknown());
    expect(await problemOf(await enrollWith(good, { version: '1' }))).toMatchObject({
      status: 403,
      code: 'PARENT_NOT_LIVE',
    });
  });
});

describe('GET /v1/me', () => {
  test('tells use, failures by cause, limits and what to do, and spends nothing', async () => {
    const { secret, key } = await newKey('Seen', { rateLimit: { limit: 5, windowMs: HOUR_MS } });
    await verify(secret);
    await verify(secret, { method: 'POST', path: '/offers' });
    await verify(secret, { method: 'POST', path: '/offers' });
    await house.call('requests.list', {});
    const headers = { 'X-Api-Key': secret };
    const me = meResponse.parse(await (await send('/v1/me', { headers })).json());
    expect(me).toMatchObject({
      key: { keyId: key.keyId, name: 'Seen', status: 'active', expiresAt: null, parent: null },
      scopes: [{ name: 'inventory:read', service: 'Trade', may: ['GET /inventory/**'], mayNot: [] }],
      usage: { total: 3, allowed: 1, refused: 2 },
      errors: [{ cause: 'INSUFFICIENT_SCOPE', count: 2 }],
      refusedEndpoints: [{ endpoint: 'POST /offers', count: 2 }],
      limits: { rateLimits: [{ limit: 5, remaining: 4 }] },
      rotation: { secretVersion: 1, secretState: 'current' },
      contact: 'feed@acme.example',
      help: `${house.service.url}/request-access`,
    });
    expect(me.whatToDo[0]).toContain('not among those that the key may call');
    const again = meResponse.parse(
      await (await send('/v1/me', { headers: { Authorization: `Bearer ${secret}` } })).json(),
    );
    expect(again).toMatchObject({ usage: me.usage, errors: me.errors });
    expect(again.limits.rateLimits[0]?.remaining).toBe(4);
    expect(JSON.stringify(me)).not.toContain(secret.slice(-20));
  });

  test('refuses what a verification refuses, in the same words', async () => {
    const revoked = await newKey('Gone');
    await ok('keys.revoke', { keyId: revoked.key.keyId, reason: 'other' }, z.unknown());
    for (const key of [unknownKey(), `${unknownKey().slice(0, -1)}!`, 'nonsense', revoked.secret]) {
      const decision = await verify(key);
      if (decision.valid) throw new Error('allowed');
      const response = await send('/v1/me', { headers: { 'X-Api-Key': key } });
      const body = refusalProblem.parse(await response.json());
      expect(response.status).toBe(decision.status);
      expect([body.code, body.detail]).toEqual([
        decision.code,
        [decision.message, decision.detail].filter((text) => text !== null).join(' '),
      ]);
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
    const missing = await send('/v1/me');
    expect(missing.status).toBe(401);
    expect(refusalProblem.parse(await missing.json()).code).toBe('MISSING_KEY');
    const inUrl = await send(`/v1/me?key=${revoked.secret}`);
    expect(await problemOf(inUrl)).toMatchObject({ status: 400, code: 'KEY_IN_URL' });
  });

  test('a suspended key says why, and the old secret of a rotation that it is old', async () => {
    const { secret, key } = await newKey('Turned');
    await ok('keys.rotate', { keyId: key.keyId, overlapMs: HOUR_MS }, z.unknown());
    await ok('keys.suspend', { keyId: key.keyId, reason: 'Odd', message: 'Call Dana' }, z.unknown());
    const me = meResponse.parse(await (await send('/v1/me', { headers: { 'X-Api-Key': secret } })).json());
    expect(me.key).toMatchObject({ status: 'suspended', message: 'Call Dana' });
    expect(me.rotation).toMatchObject({ secretVersion: 1, secretState: 'retiring', currentVersion: 2 });
    expect(me.whatToDo.join(' ')).toMatch(/Call Dana.*Use number 2 now/);
  });

  test('is a page for browsers, with a form that never puts the key into an address and no script', async () => {
    const { secret } = await newKey('Paged <b>');
    const form = await send('/v1/me', { headers: { Accept: 'text/html,*/*' } });
    const text = await form.text();
    expect(form.headers.get('content-type')).toContain('text/html');
    expect(text).toContain('method="post" action="/v1/me"');
    const page = await send('/v1/me', { form: { key: secret }, headers: { Origin: house.service.url } });
    const shown = await page.text();
    expect(page.status).toBe(200);
    expect(shown).toContain('Paged &lt;b&gt;');
    expect(shown).not.toContain(secret.slice(-20));
    for (const each of [text, shown]) expect(each).not.toContain('<script');
    for (const { headers } of [form, page]) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-.*form-action 'self'/,
      );
    }
    const wrong = await send('/v1/me', { form: { key: unknownKey() } });
    expect(wrong.status).toBe(401);
    expect(await wrong.text()).toContain('<code>NOT_FOUND</code>');
    expect((await send('/v1/me', { form: { key: '' } })).status).toBe(400);
  });
});

describe('POST /v1/self-revoke', () => {
  const timed = async (options: Parameters<typeof send>[1]) => {
    const startedMs = performance.now();
    const response = await send('/v1/self-revoke', options);
    const text = await response.text();
    return { status: response.status, text, ms: performance.now() - startedMs };
  };

  test('ends the key with its children at once and for good, and answers the same in the same time for what was none', async () => {
    const { secret, key } = await newKey('Leaked');
    const child = await enroll(await tokenOf(key.keyId));
    const matched = await timed({ body: {}, headers: { Authorization: `Bearer ${secret}` } });
    expect(await verify(secret)).toMatchObject({ code: 'REVOKED' });
    expect(await verify(child.secret)).toMatchObject({ code: 'REVOKED' });
    const others = [
      await timed({ body: { key: unknownKey() } }),
      await timed({ body: { key: 'nonsense' } }),
      await timed({ body: { key: secret } }),
    ];
    for (const other of others) {
      expect([other.status, other.text]).toEqual([matched.status, matched.text]);
      expect(other.ms).toBeGreaterThanOrEqual(240);
    }
    expect(matched.status).toBe(202);
    expect(matched.ms).toBeGreaterThanOrEqual(240);
    const restored = await house.call('keys.restore', { keyId: key.keyId });
    expect(restored).toMatchObject({ ok: false, error: { code: 'RESTORE_NOT_POSSIBLE' } });
    const events = z.object({
      items: z.array(
        z.object({
          actor: z.object({ name: z.string() }),
          reason: z.string(),
          after: z.object({ note: z.string() }),
        }),
      ),
    });
    const filter = { action: 'keys.revoke', subjectId: key.keyId };
    const [event] = (await ok('audit.list', { filter }, events)).items;
    expect(event).toMatchObject({ actor: { name: 'Key holder' }, reason: 'leaked' });
    expect(event?.after.note).toContain('leaked/self');
    expect(house.logLines.join('\n')).not.toContain(secret.slice(-20));
  });

  test('the old secret of a rotation ends alone; the key goes on with the one that was not shown', async () => {
    const { secret, key } = await newKey('Rotated');
    const fresh = await ok('keys.rotate', { keyId: key.keyId, overlapMs: HOUR_MS }, made);
    expect((await verify(secret)).valid).toBe(true);
    await timed({ body: { key: secret } });
    house.tick();
    expect(await verify(secret)).toMatchObject({ code: 'REVOKED' });
    expect((await verify(fresh.secret)).valid).toBe(true);
  });

  test('a form must be confirmed, a request without a key is told so, and too many are refused whatever they hold', async () => {
    const { secret } = await newKey('Kept');
    expect((await timed({ form: { key: secret } })).status).toBe(400);
    expect((await timed({ body: {} })).status).toBe(400);
    expect((await verify(secret)).valid).toBe(true);
    const done = await timed({ form: { key: secret, sure: 'yes' } });
    expect([done.status, done.text.includes('it is refused from now on')]).toEqual([202, true]);
    expect(await verify(secret)).toMatchObject({ code: 'REVOKED' });
    const many = await Promise.all(Array.from({ length: 10 }, () => timed({ body: { key: unknownKey() } })));
    expect(many.map(({ status }) => status)).toContain(429);
    const good = await newKey('Throttled');
    expect((await timed({ body: { key: good.secret } })).status).toBe(429);
  });
});
