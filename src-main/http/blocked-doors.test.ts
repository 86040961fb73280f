import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { unknownKey } from './holder-world.test-support.ts';
import { exchangeOf, openTokenHouse } from './token-world.test-support.ts';

const BLOCKED = '203.0.113.9';
const FREE = '198.51.100.7';

let world: Awaited<ReturnType<typeof openTokenHouse>>;
/** Texts that differ in what they are worth. */
let good: string;
let revoked: string;
const UNKNOWN = unknownKey();
let block = '';

beforeAll(async () => {
  world = await openTokenHouse();
  // Who connects is a proxy that tells for whom.
  await world.ok('settings.update', { trustedProxies: ['127.0.0.1', '::1'] }, z.unknown());
  good = (await world.newKey()).secret;
  const gone = await world.newKey();
  revoked = gone.secret;
  await world.ok('keys.revoke', { keyId: gone.keyId, reason: 'leaked' }, z.unknown());
});
afterAll(() => world.house.close());

const items = z.object({ items: z.array(z.object({ id: z.string(), hits: z.int() })) });
/** Blocks anew, so that no budget is left from the test before. */
beforeEach(async () => {
  if (block !== '') await world.ok('blockedSources.remove', { blockedSourceId: block }, z.unknown());
  const input = { networks: [BLOCKED], reason: 'Guesses keys' };
  block = (await world.ok('blockedSources.add', input, items)).items[0]?.id ?? '';
  await world.ok('settings.update', { failuresMax: 0 }, z.unknown());
});

const hits = async () => {
  const list = await world.ok('blockedSources.list', {}, items);
  return list.items.find(({ id }) => id === block)?.hits ?? 0;
};

interface Seen {
  readonly status: number;
  readonly body: string;
}

type Ask = (key: string, from: string) => Promise<Seen>;

/** Sends it and takes out what is of one answer alone. */
async function send(path: string, init: RequestInit): Promise<Seen> {
  const response = await fetch(`${world.house.service.url}${path}`, init);
  const body = (await response.text()).replaceAll(/"(?:requestId|latencyUs|iat)":[^,}]+/g, '');
  return { status: response.status, body };
}

const asService = () => ({ Authorization: `Bearer ${world.trade.token}` });
const json = (path: string, body: unknown, headers: Record<string, string> = asService()) =>
  send(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const form = (path: string, fields: Record<string, string>, headers: Record<string, string>) =>
  send(path, { method: 'POST', headers, body: new URLSearchParams(fields) });

const asked = (key: string, clientIp: string) => ({ key, clientIp, method: 'GET', path: '/inventory/42' });
const forwarded =
  (dialect: string): Ask =>
  (key, from) =>
    send(`/forward-auth/${dialect}`, {
      headers: {
        'X-Latchkey-Service': world.trade.token,
        'X-Forwarded-Method': 'GET',
        'X-Forwarded-Uri': '/inventory/42',
        'X-Original-Method': 'GET',
        'X-Original-URI': '/inventory/42',
        'X-Forwarded-For': `${'x'.repeat(4_500)}, ${from}`,
        'X-API-Key': key,
      },
    });
const through = (from: string) => ({ 'X-Forwarded-For': from });

/** Every door that tells whether a key is good, with what a good key gets there from elsewhere. */
const DOORS: Readonly<Record<string, readonly [ask: Ask, good: string, blocked: string]>> = {
  verify: [(key, from) => json('/v1/verify', asked(key, from)), '"valid":true', 'IP_NOT_ALLOWED'],
  'verify with a port': [
    (key, from) => json('/v1/verify', asked(key, `${from}:4711`)),
    '"valid":true',
    'IP_NOT_ALLOWED',
  ],
  batch: [
    (key, from) => json('/v1/verify/batch', { items: [asked(key, from)] }),
    '"valid":true',
    'IP_NOT_ALLOWED',
  ],
  generic: [forwarded('generic'), '', 'IP_NOT_ALLOWED'],
  nginx: [forwarded('nginx'), '', 'IP_NOT_ALLOWED'],
  haproxy: [forwarded('haproxy'), '', 'IP_NOT_ALLOWED'],
  apisix: [forwarded('apisix'), '', 'IP_NOT_ALLOWED'],
  envoy: [forwarded('envoy/inventory/42'), '', 'IP_NOT_ALLOWED'],
  introspection: [
    (key, from) => form('/v1/introspect', { token: key, client_ip: from }, asService()),
    '"active":true',
    '{"active":false}',
  ],
  lookup: [(key, from) => json('/v1/lookup', { key, clientIp: from }), '"found":true', '{"found":false}'],
  'token with a service': [
    (key, from) => form('/v1/token', exchangeOf(key), through(from)),
    'access_token',
    'from this client address',
  ],
  'token without a service': [
    (key, from) => form('/v1/token', { ...exchangeOf(key), audience: 'nobody' }, through(from)),
    'This key cannot be exchanged for a token of that service',
    'from this client address',
  ],
  me: [
    (key, from) => send('/v1/me', { headers: { 'X-API-Key': key, ...through(from) } }),
    '"whatToDo"',
    'IP_NOT_ALLOWED',
  ],
};

describe.each(Object.entries(DOORS))('at %s', (_name, [ask, atGood, atBlocked]) => {
  test('a blocked source is told the same of every key, and who is not blocked is told the truth', async () => {
    const free = await ask(good, FREE);
    expect(free.status).toBeLessThan(401);
    expect(free.body).toContain(atGood);
    const before = await hits();
    const answers = [await ask(good, BLOCKED), await ask(revoked, BLOCKED), await ask(UNKNOWN, BLOCKED)];
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]?.body).toContain(atBlocked);
    expect(answers[0]?.body).not.toEqual(free.body);
    // A dry run is no hit: introspection decides nothing.
    expect((await hits()) - before).toBe(atBlocked.includes('active') ? 0 : 3);
  });

  test('one call too many of a blocked source is a 429, whatever the key, and others go on', async () => {
    await world.ok('settings.update', { failuresMax: 1, failuresForgivenPerSecond: 0.01 }, z.unknown());
    await ask(UNKNOWN, BLOCKED);
    for (const key of [good, revoked, UNKNOWN]) {
      const { status, body } = await ask(key, BLOCKED);
      expect([status, body]).toEqual([
        body.includes('"items"') ? 200 : status === 403 ? 403 : 429,
        expect.stringMatching(/SERVICE_THROTTLED|temporarily_unavailable/),
      ]);
    }
    expect((await ask(good, FREE)).body).toContain(atGood);
  });
});

test('an enrolment token makes no key for a blocked source, and the answer says nothing about it', async () => {
  const { keyId } = await world.newKey();
  const expiresAt = world.house.core.clock.nowMs() + 86_400_000;
  const input = { keyId, name: 'Builds', childLifeMsMax: 3_600_000, expiresAt };
  const { token } = await world.ok('enrolment.createToken', input, z.object({ token: z.string() }));
  const enroll = (text: string, from: string) =>
    json('/v1/enroll', { version: '318' }, { Authorization: `Bearer ${text}`, ...through(from) });
  const answers = [await enroll(token, BLOCKED), await enroll('lke_nothing', BLOCKED)];
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]).toMatchObject({ status: 403, body: expect.stringContaining('IP_NOT_ALLOWED') });
  expect((await enroll(token, FREE)).status).toBe(201);
});

test('who found a key can end it from a blocked source, too, and is told the same whatever it was', async () => {
  const { keyId, secret } = await world.newKey();
  const revoke = (key: string) => json('/v1/self-revoke', { key }, through(BLOCKED));
  expect(await revoke(secret)).toEqual(await revoke(UNKNOWN));
  expect(await world.ok('keys.get', { keyId }, z.looseObject({}))).toMatchObject({ status: 'revoked' });
});

test('an address that cannot be read is told to whoever sent it: a decision, or a bad request', async () => {
  expect((await json('/v1/verify', asked(good, 'unknown'))).body).toContain('is no IP address');
  expect(await forwarded('generic')(good, 'unknown')).toMatchObject({
    status: 403,
    body: expect.stringContaining('is no IP address'),
  });
  expect(await json('/v1/lookup', { key: good, clientIp: 'unknown' })).toMatchObject({ status: 400 });
  const wrong = await form('/v1/introspect', { token: good, client_ip: 'unknown' }, asService());
  expect([wrong.status, wrong.body]).toEqual([400, expect.stringContaining('"field":"client_ip"')]);
});

test("Unkey's call cannot tell an address: it is answered for the key alone", async () => {
  const answer = await json('/v2/keys.verifyKey', { key: good }, { ...asService(), ...through(BLOCKED) });
  expect(answer.body).toContain('"valid":true');
});
