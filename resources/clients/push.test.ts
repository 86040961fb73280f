import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openDialectHouse } from '#main/http/dialect-world.test-support.ts';
import { createLatchkey } from './typescript/latchkey.ts';
import type { Latchkey } from './typescript/latchkey.ts';

let world: Awaited<ReturnType<typeof openDialectHouse>>;
let latchkey: Latchkey;

beforeAll(async () => {
  world = await openDialectHouse();
  await world.ok('services.update', { serviceId: world.trade.id, keepLiveSeconds: 60 }, z.unknown());
  const { url } = world.house.service;
  latchkey = createLatchkey({ url, token: world.trade.token, timeoutMs: 5_000, cacheMs: 60_000 });
});
afterAll(async () => {
  await latchkey.close();
  await world.house.close();
});

const verifiers = z.object({
  verifiers: z.array(
    z.object({
      service: z.string(),
      lastTakenAt: z.int().nullable(),
      lastAcknowledgedAt: z.int().nullable(),
      behind: z.int(),
    }),
  ),
});

/** Asks until the answer is kept. */
async function kept(key: string, path = '/inventory/42') {
  const ask = () => latchkey.verify({ key, method: 'GET', path });
  await vi.waitFor(async () => {
    expect(await ask()).toMatchObject({ kind: 'allowed' });
    expect(latchkey.isListening()).toBe(true);
    expect(await ask()).toMatchObject({ kind: 'allowed', isCached: true });
  }, 10_000);
  return ask;
}

/** Until the next answer is as expected; how long that took, ms. */
async function soon(ask: () => Promise<unknown>, expected: object): Promise<number> {
  const startedMs = performance.now();
  await vi.waitFor(async () => expect(await ask()).toMatchObject(expected), { timeout: 5_000, interval: 10 });
  return performance.now() - startedMs;
}

test('a kept grant ends within a second of a revocation, and that of another key goes on', async () => {
  const [doomed, other] = [await world.newKey(), await world.newKey()];
  const [ask, askOther] = [await kept(doomed.secret), await kept(other.secret)];
  await world.ok('keys.revoke', { keyId: doomed.keyId, reason: 'leaked' }, z.unknown());
  expect(await soon(ask, { kind: 'refused', decision: { code: 'REVOKED' } })).toBeLessThan(1_000);
  expect(await askOther()).toMatchObject({ kind: 'allowed', isCached: true });
});

test('so it does after a suspension, and after the scope of the key was narrowed or taken away', async () => {
  const { keyId, secret } = await world.newKey();
  const ask = await kept(secret);
  await world.ok('keys.suspend', { keyId, reason: 'Looked into' }, z.unknown());
  expect(await soon(ask, { kind: 'refused', decision: { code: 'SUSPENDED' } })).toBeLessThan(1_000);
  const second = await world.newKey();
  const askSecond = await kept(second.secret);
  const rules = [{ effect: 'allow', methods: ['GET'], path: '/other/**' }];
  await world.ok('scopes.update', { scopeId: world.trade.readScopeId, rules }, z.unknown());
  expect(await soon(askSecond, { decision: { code: 'INSUFFICIENT_SCOPE' } })).toBeLessThan(1_000);
  const third = await world.newKey();
  const askThird = await kept(third.secret, '/other/1');
  await world.ok('keys.update', { keyId: third.keyId, scopeIds: [world.stock.readScopeId] }, z.unknown());
  expect(await soon(askThird, { decision: { code: 'INSUFFICIENT_SCOPE' } })).toBeLessThan(1_000);
});

test('so it does once its source is blocked, and once the service may keep nothing more', async () => {
  const { secret } = await world.newKey({ scopeIds: [world.trade.writeScopeId] });
  const ask = () =>
    latchkey.verify({ key: secret, method: 'POST', path: '/inventory/42', clientIp: '203.0.113.9:4711' });
  const isKept = () => soon(ask, { kind: 'allowed', isCached: true });
  await isKept();
  const items = z.object({ items: z.array(z.object({ id: z.string() })) });
  const block = { networks: ['203.0.113.0/24'], reason: 'Guesses keys' };
  const [source] = (await world.ok('blockedSources.add', block, items)).items;
  expect(await soon(ask, { kind: 'refused', decision: { code: 'IP_NOT_ALLOWED' } })).toBeLessThan(1_000);
  await world.ok('blockedSources.remove', { blockedSourceId: source?.id }, z.unknown());
  await isKept();
  await world.ok('services.update', { serviceId: world.trade.id, keepLiveSeconds: 0 }, z.unknown());
  expect(await soon(ask, { kind: 'allowed', isCached: false })).toBeLessThan(1_000);
  expect(await ask()).toMatchObject({ kind: 'allowed', isCached: false });
});

test('the status shows which verifiers listen, and that they acted on every change', async () => {
  const at: unknown = expect.any(Number);
  await vi.waitFor(async () => {
    const told = await world.ok('system.status', {}, verifiers);
    expect(told.verifiers).toEqual([
      { service: 'Trade', lastTakenAt: at, lastAcknowledgedAt: at, behind: 0 },
    ]);
  });
});
