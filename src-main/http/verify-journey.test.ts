import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { verifyResponse } from '#contract/verify.ts';
import type { VerifyResponse } from '#contract/verify.ts';
import { openHouse, post } from './house.test-support.ts';
import type { House } from './house.test-support.ts';

let house: House;
let serviceToken: string;
let serviceId: string;
let applicationId: string;
let scopeId: string;

const id = z.object({ id: z.string() });
const made = z.object({ key: z.object({ keyId: z.string() }), secret: z.string() });

beforeAll(async () => {
  house = await openHouse();
  const partner = await ok(
    'partners.create',
    { name: 'Acme', tier: 'external', contactEmail: 'dev@acme.example' },
    id,
  );
  applicationId = (
    await ok(
      'applications.create',
      { partnerId: partner.id, name: 'Data feed', slug: 'datafeed', contactEmail: 'feed@acme.example' },
      id,
    )
  ).id;
  const service = await ok(
    'services.create',
    { name: 'Trade', slug: 'trade' },
    z.object({ service: id, token: z.string() }),
  );
  serviceToken = service.token;
  serviceId = service.service.id;
  const rules = [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }];
  scopeId = (await ok('scopes.create', { serviceId, name: 'inventory:read', rules }, id)).id;
});
afterAll(() => house.close());

async function ok<T>(name: string, input: unknown, output: z.ZodType<T>): Promise<T> {
  return z.object({ ok: z.literal(true), data: output }).parse(await house.call(name, input)).data;
}

const newKey = (name: string) =>
  ok(
    'keys.create',
    {
      applicationId,
      name,
      environment: 'live',
      scopeIds: [scopeId],
      expiresAt: null,
      noExpiryReason: 'Test',
    },
    made,
  );

async function verify(key: string, more: Record<string, unknown> = {}): Promise<VerifyResponse> {
  const body = { key, method: 'GET', path: '/inventory/42', ...more };
  return verifyResponse.parse(await post(`${house.service.url}/v1/verify`, serviceToken, body));
}

describe('over HTTP, from one call to the next', () => {
  test('a key passes where its scope allows and is told what it lacks elsewhere', async () => {
    const { secret } = await newKey('Allowed');
    expect(await verify(secret)).toMatchObject({ valid: true, application: { slug: 'datafeed' } });
    const refused = await verify(secret, { method: 'POST', path: '/offers' });
    expect(refused).toMatchObject({
      code: 'INSUFFICIENT_SCOPE',
      missing: ['POST /offers'],
      contact: 'feed@acme.example',
    });
    const help = !refused.valid && refused.help !== null ? refused.help : '';
    expect((await fetch(help)).status).toBe(200);
  });

  test('a revoked key is refused by the very next call, and its neighbour is not', async () => {
    const [doomed, neighbour] = [await newKey('Doomed'), await newKey('Neighbour')];
    for (let round = 0; round < 5; round += 1) expect((await verify(doomed.secret)).valid).toBe(true);
    await ok('keys.revoke', { keyId: doomed.key.keyId, reason: 'leaked' }, z.unknown());
    expect(await verify(doomed.secret)).toMatchObject({ valid: false, code: 'REVOKED' });
    expect((await verify(neighbour.secret)).valid).toBe(true);
  });

  test('rotating refuses no call; ending the overlap refuses the old secret at the next one', async () => {
    const old = await newKey('Rotated');
    const { keyId } = old.key;
    const calls: Promise<VerifyResponse>[] = [];
    const calling = setInterval(() => calls.push(verify(old.secret)), 2);
    const fresh = await ok('keys.rotate', { keyId, overlapMs: 3_600_000 }, made);
    await new Promise((resolve) => setTimeout(resolve, 50));
    clearInterval(calling);
    expect((await Promise.all(calls)).filter(({ valid }) => !valid)).toEqual([]);
    expect(calls.length).toBeGreaterThan(3);
    expect(await verify(old.secret)).toMatchObject({
      valid: true,
      rotation: { state: 'retiring', currentVersion: 2 },
    });
    await ok('keys.endOverlap', { keyId }, z.unknown());
    expect(await verify(old.secret)).toMatchObject({ valid: false, code: 'REVOKED' });
    expect(await verify(fresh.secret)).toMatchObject({ valid: true, rotation: null });
  });

  test('a key that is moved to another tier, or whose tier gets other limits, has them at the very next call', async () => {
    const { key, secret } = await newKey('Moved');
    const { keyId } = key;
    const plans = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });
    const { items } = await ok('plans.list', {}, plans);
    const move = (name: string | null) => {
      const planId = items.find((plan) => plan.name === name)?.id ?? null;
      return ok('keys.update', { keyId, planId }, z.object({ planId: z.literal(planId) }));
    };
    const limits = async () => {
      const { valid, rateLimit, quota } = await verify(secret);
      return [valid, rateLimit?.limit, quota?.limit];
    };
    expect(await limits()).toEqual([true, undefined, undefined]);
    await move('external');
    expect(await limits()).toEqual([true, 600, 250_000]);
    await move('federal');
    expect(await limits()).toEqual([true, 1_200, 1_000_000]);
    await move('first_party');
    expect(await limits()).toEqual([true, 6_000, undefined]);
    // Going around a limit by a move is no use: what was called before counts.
    const small = { name: 'small', rateLimit: { limit: 1, windowMs: 3_600_000 } };
    items.push({ name: small.name, ...(await ok('plans.create', small, id)) });
    await move('small');
    expect(await verify(secret)).toMatchObject({ code: 'RATE_LIMITED', rateLimit: { limit: 1 } });
    const planId = items.at(-1)?.id;
    await ok('plans.update', { planId, rateLimit: { limit: 90, windowMs: 3_600_000 } }, id);
    expect(await limits()).toEqual([true, 90, undefined]);
    await move(null);
    expect(await limits()).toEqual([true, undefined, undefined]);
  });

  test('a service token that was rotated away is refused by the very next call', async () => {
    const { secret } = await newKey('Token');
    const former = serviceToken;
    const rotated = await ok('services.rotateToken', { serviceId }, z.object({ token: z.string() }));
    house.tick();
    const url = `${house.service.url}/v1/verify`;
    const body = { key: secret, scopes: ['inventory:read'] };
    expect(await post(url, former, body)).toMatchObject({ status: 401, code: 'SERVICE_TOKEN_INVALID' });
    serviceToken = rotated.token;
    expect((await verify(secret)).valid).toBe(true);
  });

  test('what a service reports is joined to its decision, in order and once', async () => {
    const { secret } = await newKey('Reported');
    const { requestId } = await verify(secret);
    const report = (responseStatus: number) =>
      post(`${house.service.url}/v1/log`, serviceToken, { requestId, responseStatus, durationMs: 12.4 });
    expect(await report(200)).toEqual({ accepted: 1, rejected: [] });
    await report(500);
    const row = await ok(
      'requests.get',
      { requestId },
      z.object({ responseStatus: z.int(), durationMs: z.number() }),
    );
    expect(row).toEqual({ responseStatus: 200, durationMs: 12.4 });
    const stray = await post(`${house.service.url}/v1/log`, serviceToken, {
      requestId: 'req_stray',
      responseStatus: 200,
    });
    expect(stray).toMatchObject({ accepted: 0, rejected: [{ index: 0, code: 'UNKNOWN_REQUEST' }] });
  });

  test('a batch decides each item as a call of its own would', async () => {
    const { secret } = await newKey('Batch');
    const items = [
      { key: secret, method: 'GET', path: '/inventory/1' },
      { key: secret, method: 'POST', path: '/offers' },
      { key: 'lk_live_nonsense', method: 'GET', path: '/' },
    ];
    expect(await post(`${house.service.url}/v1/verify/batch`, serviceToken, { items })).toMatchObject({
      items: [{ code: 'VALID' }, { code: 'INSUFFICIENT_SCOPE' }, { code: 'MALFORMED' }],
    });
  });

  test('a key in the path is refused with a hint wherever it stands, and neither answer nor log repeats it', async () => {
    const { key, secret } = await newKey('In the URL');
    const paths = [
      `/inventory/42?api_key=${secret}`,
      `/inventory/${secret}`,
      `/inventory/${secret.replaceAll('_', '%5F')}`,
      '/inventory/42?token=lks_trade_AAAAAAAAAAAA',
    ];
    const answers: VerifyResponse[] = [];
    for (const path of paths) answers.push(await verify(secret, { path, explain: path === paths[0] }));
    const items = paths.map((path) => ({ key: secret, method: 'GET', path }));
    const batch = await post(`${house.service.url}/v1/verify/batch`, serviceToken, { items });
    for (const answer of answers) {
      expect(answer).toMatchObject({ code: 'MALFORMED', status: 401, key: null });
      expect(JSON.stringify(answer)).toContain('Send it in a header');
    }
    expect(batch).toMatchObject({ items: paths.map(() => ({ code: 'MALFORMED' })) });
    const log = await house.call('requests.list', { filter: { code: 'MALFORMED' } });
    const part = secret.slice(-49);
    for (const told of [answers, batch, log]) expect(JSON.stringify(told)).not.toContain(part);
    expect(JSON.stringify(log).match(/inventory/g)?.length).toBeGreaterThanOrEqual(8);
    expect(await verify(secret)).toMatchObject({ valid: true, key: { keyId: key.keyId } });
  });
});

test('signing in by a pairing link made through the API works once and shows in the list', async () => {
  const link = await ok('sessions.createPairingLink', { role: 'viewer' }, z.object({ url: z.url() }));
  const { origin, hash } = new URL(link.url);
  expect(origin).toBe(house.admin.url);
  const pair = () =>
    fetch(`${origin}/api/session/pair`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin, 'Sec-Fetch-Site': 'same-origin' },
      body: JSON.stringify({ code: hash.replace('#code=', '') }),
    });
  expect((await pair()).status).toBe(200);
  expect((await pair()).status).toBe(401);
  const { items } = await ok(
    'sessions.list',
    {},
    z.object({ items: z.array(z.object({ role: z.string() })) }),
  );
  expect(items).toEqual([{ role: 'viewer' }]);
});
