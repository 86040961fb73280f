import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openDialectHouse } from '#main/http/dialect-world.test-support.ts';
import { openGate } from './gate.ts';
import { createLatchkey } from './latchkey.ts';

let world: Awaited<ReturnType<typeof openDialectHouse>>;

beforeAll(async () => {
  world = await openDialectHouse();
  await world.ok('services.update', { serviceId: world.trade.id, keepLiveSeconds: 60 }, z.unknown());
});
afterAll(() => world.house.close());

const incoming = (key: string, method = 'GET') => ({
  method,
  path: '/inventory/42',
  query: '',
  headerOf: (name: string) => (name === 'x-api-key' ? key : null),
  clientIp: '203.0.113.9',
});
const clientOf = (cacheMs: number) =>
  createLatchkey({ url: world.house.service.url, token: world.trade.token, timeoutMs: 5_000, cacheMs });

const statusesOf = async (keyId: string) => {
  const row = z.object({ code: z.string().nullable(), responseStatus: z.int().nullable() });
  const rows = z.object({ items: z.array(row) });
  const { items } = await world.ok('requests.list', { filter: { keyId } }, rows);
  return items.map(({ responseStatus }) => responseStatus);
};

test('requests that pass by a kept decision are in the log, each with its own status', async () => {
  const { keyId, secret } = await world.newKey();
  const latchkey = clientOf(60_000);
  for (const status of [200, 201, 202]) {
    const gate = await openGate(latchkey, incoming(secret));
    expect(gate).toMatchObject({ passes: true, caller: { key: { keyId } } });
    // A kept decision is that of an earlier request.
    expect('X-Request-Id' in gate.headers).toBe(status === 200);
    gate.finished(status);
  }
  await latchkey.close();
  expect(latchkey.reportFigures()).toEqual({ queued: 0, sent: 3, dropped: 0, rejected: 0 });
  await expect
    .poll(async () => (await statusesOf(keyId)).toSorted(), { timeout: 10_000 })
    .toEqual([200, 201, 202]);
});

test('a revoked key ends after the stated time at the latest where grants are kept, and at once where they are not', async () => {
  const { keyId, secret } = await world.newKey();
  const [keeping, asking] = [clientOf(300), clientOf(0)];
  for (const latchkey of [keeping, asking]) {
    expect(await openGate(latchkey, incoming(secret))).toMatchObject({ passes: true });
  }
  await world.ok('keys.revoke', { keyId, reason: 'leaked' }, z.unknown());
  expect(await openGate(asking, incoming(secret))).toMatchObject({ passes: false, status: 401 });
  await expect.poll(async () => (await openGate(keeping, incoming(secret))).passes).toBe(false);
});

test('what a route demands is asked: scopes, cost and tags', async () => {
  const { secret } = await world.newKey({ quota: { limit: 10, period: 'day' } });
  const latchkey = clientOf(0);
  const passed = await openGate(latchkey, incoming(secret), {
    cost: 4,
    scopes: ['inventory:read'],
    tags: ['v=1'],
  });
  expect(passed.headers['RateLimit']).toMatch(/^"quota";r=6;/);
  const lacking = await openGate(latchkey, incoming(secret), { scopes: ['inventory:write'] });
  expect(lacking).toMatchObject({ passes: false, status: 403 });
  expect(lacking.headers['WWW-Authenticate']).toBe(
    'Bearer realm="api", error="insufficient_scope", scope="inventory:write"',
  );
});
