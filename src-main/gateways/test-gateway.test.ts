import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeSubjects } from '#main/rpc/test-subjects.ts';
import type { TestSubjects } from '#main/rpc/test-subjects.ts';
import { createTestWorld } from '#main/rpc/test-world.ts';
import type { TestWorld } from '#main/rpc/test-world.ts';

// What a right proxy answers is proved with real ones; here is what a run does whatever the proxy does.

let world: TestWorld;
let subjects: TestSubjects;
let proxy: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let seen: { readonly method: string; readonly url: string; readonly key: string }[];

beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
  seen = [];
  answer = (_request, response) => response.writeHead(401).end();
  proxy = createServer((request, response) => {
    const key = request.headers.authorization?.slice('Bearer '.length) ?? request.headers['x-api-key'] ?? '';
    seen.push({ method: request.method ?? '', url: request.url ?? '', key: String(key) });
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterEach(() => {
  world.close();
  proxy.closeAllConnections();
  proxy.close();
});

interface Changes {
  readonly method?: 'GET' | 'DELETE';
  readonly path?: string;
  readonly idempotencyKey?: string;
}

const run = (changes: Changes = {}) =>
  world.call('gateways.test', {
    serviceId: subjects.service.id,
    url: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
    ...changes,
  });

const testKeys = async () => (await world.call('keys.list', { filter: { tag: 'gateway-test' } })).items;

it('revokes every key that it made, keeps them in a partner of their own, and says both in the audit trail', async () => {
  const result = await run({ path: '/inventory/42' });
  expect(result.isOk).toBe(false);
  expect(new Set(result.rows.map((row) => row.case)).size).toBe(13);
  const keys = await testKeys();
  expect(keys.length).toBe(6);
  for (const key of keys) {
    expect(key).toMatchObject({ status: 'revoked', partnerName: 'Gateway tests', environment: 'test' });
    expect(key.expiresAt).toBeLessThanOrEqual(world.nowMs() + 5 * 60_000);
  }
  const { items } = await world.call('audit.list', {});
  const events = items.filter(({ action }) => action === 'gateways.test');
  expect(events).toHaveLength(2);
  expect(events.every(({ subject }) => subject.id === subjects.service.id)).toBe(true);
  expect(new Set(events.flatMap(({ after }) => after?.['keyIds'] ?? after?.['revokedKeyIds']))).toEqual(
    new Set(keys.map(({ keyId }) => keyId)),
  );
});

it('holds no key in its answer, the trail, the log or what is kept for repeats of the call', async () => {
  const idempotencyKey = 'once-and-never-again';
  const result = await run({ idempotencyKey });
  const sentOnce = seen.length;
  expect(await run({ idempotencyKey })).toEqual(result);
  expect(seen).toHaveLength(sentOnce);
  const repeat = { procedure: 'gateways.test', actorId: 'tok_of_owner', idempotencyKey } as const;
  const kept = world.db.commandRepeats.find(repeat, world.nowMs());
  expect(kept?.reply).toContain('out-of-scope');
  const sent = [
    ...new Set(seen.map(({ key }) => key).filter((key) => key.startsWith('lk_test_gatewaytest'))),
  ];
  expect(sent.length).toBeGreaterThan(5);
  const { items } = await world.call('audit.list', {});
  const told = JSON.stringify([result, items, await testKeys(), world.logLines, kept?.reply]);
  for (const key of sent) expect(told).not.toContain(key.slice(-49));
});

it('uses the same application again', async () => {
  await run();
  await run();
  const { items } = await world.call('partners.list', {});
  expect(items.filter(({ name }) => name === 'Gateway tests')).toMatchObject([
    { applicationCount: 1, keyCount: 0 },
  ]);
});

it('stops at once when everybody is let in: nothing but one GET without a key was sent', async () => {
  answer = (_request, response) => response.writeHead(200).end('welcome');
  const result = await run({ method: 'DELETE', path: '/orders' });
  expect(seen).toEqual([{ method: 'GET', url: '/orders', key: '' }]);
  expect(result).toMatchObject({ isOk: false, rows: [{ case: 'missing', seenStatus: 200, isOk: false }] });
  expect(result.notes.join(' ')).toContain('open');
});

it('sends good keys only with the method that was chosen', async () => {
  await run({ method: 'DELETE', path: '/orders' });
  const good = seen.filter(({ method }) => method === 'DELETE');
  expect(good.length).toBeGreaterThan(4);
  expect(seen.filter(({ method }) => !['GET', 'POST', 'DELETE'].includes(method))).toEqual([]);
});

it('says that the proxy cannot be reached, and revokes all the same', async () => {
  proxy.close();
  await once(proxy, 'close');
  const result = await world.call('gateways.test', {
    serviceId: subjects.service.id,
    url: 'http://127.0.0.1:9',
  });
  expect(result).toMatchObject({ isOk: false, rows: [{ case: 'missing', seenStatus: null, isOk: false }] });
  expect((await testKeys()).every(({ status }) => status === 'revoked')).toBe(true);
});

it('follows no redirect and reads no endless body', async () => {
  let isFollowed = false;
  answer = (request, response) => {
    if (request.url === '/elsewhere') isFollowed = true;
    response.writeHead(302, { Location: '/elsewhere' });
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
    };
    response.on('drain', more);
    more();
  };
  const { rows } = await run();
  expect(isFollowed).toBe(false);
  expect(rows[0]).toMatchObject({ seenStatus: 302, isOk: false });
  expect(rows[0]?.hint).toContain('redirect');
});

it('refuses a service that is not there, and addresses that are more than an origin, before it makes anything', async () => {
  const serviceId = 'svc_0000000000000000';
  expect((await world.refusal('gateways.test', { serviceId, url: 'http://h' })).code).toBe(
    'SERVICE_NOT_FOUND',
  );
  for (const url of ['file:///etc/passwd', 'http://u:p@h', 'http://h/path', 'h']) {
    const input = { serviceId: subjects.service.id, url };
    expect((await world.refusal('gateways.test', input)).code, url).toBe('INVALID_INPUT');
  }
  expect(await testKeys()).toEqual([]);
});

it('gateways.config names the service and holds no token', async () => {
  const config = await world.call(
    'gateways.config',
    {
      dialect: 'haproxy',
      serviceId: subjects.service.id,
      upstreamUrl: 'http://10.0.0.5:8080',
      publicHost: 'api.example.com',
    },
    'viewer',
  );
  expect(config.files.map(({ name }) => name)).toEqual([
    'latchkey-trade.cfg',
    'latchkey-trade.lua',
    'latchkey-trade.token',
  ]);
  expect(JSON.stringify(config)).toContain('http://127.0.0.1:7420/forward-auth/haproxy');
  expect(JSON.stringify(config)).not.toContain(subjects.serviceToken);
  const unknown = {
    dialect: 'nginx',
    serviceId: 'svc_0000000000000000',
    upstreamUrl: 'http://h',
    publicHost: 'h.example',
  };
  expect((await world.refusal('gateways.config', unknown)).code).toBe('SERVICE_NOT_FOUND');
});
