import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openDialectHouse } from './dialect-world.test-support.ts';
import { post } from './house.test-support.ts';

let world: Awaited<ReturnType<typeof openDialectHouse>>;
beforeAll(async () => {
  world = await openDialectHouse();
});
afterAll(() => world.house.close());
beforeEach(() => permit({ live: 0, test: 0 }));

const permit = ({ live, test }: { live: number; test: number }) =>
  world.ok(
    'services.update',
    { serviceId: world.trade.id, keepLiveSeconds: live, keepTestSeconds: test },
    z.unknown(),
  );

async function verified(key: string, more: Record<string, unknown> = {}): Promise<string | null> {
  const response = await fetch(`${world.house.service.url}/v1/verify`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${world.trade.token}` },
    body: JSON.stringify({ key, method: 'GET', path: '/inventory/42', ...more }),
  });
  await response.text();
  expect(response.headers.get('vary')).toBeNull();
  return response.headers.get('cache-control');
}

async function forwarded(key: string, { dialect = 'generic', method = 'GET' } = {}): Promise<Headers> {
  const target = dialect === 'envoy' ? 'envoy/inventory/42' : dialect;
  const { headers } = await fetch(`${world.house.service.url}/forward-auth/${target}`, {
    headers: {
      'X-Latchkey-Service': world.trade.token,
      'X-Forwarded-Method': method,
      'X-Forwarded-Uri': '/inventory/42',
      'X-Original-Method': method,
      'X-Original-URI': '/inventory/42',
      'X-API-Key': key,
    },
  });
  return headers;
}

/** What both doors say. */
const both = async (key: string) => [await verified(key), (await forwarded(key)).get('cache-control')];

describe('a service', () => {
  test('is told that no answer may be kept, until somebody permits it; of each environment for itself', async () => {
    const [live, trial] = [await world.newKey(), await world.newKey({ environment: 'test' })];
    expect(await both(live.secret)).toEqual(['no-store', 'no-store']);
    expect((await forwarded(live.secret)).get('vary')).toBeNull();
    await permit({ live: 5, test: 60 });
    const kept = (seconds: number) => Array.from({ length: 2 }, () => `private, max-age=${String(seconds)}`);
    expect([await both(live.secret), await both(trial.secret)]).toEqual([kept(5), kept(60)]);
    await permit({ live: 0, test: 60 });
    expect([await both(live.secret), await both(trial.secret)]).toEqual([['no-store', 'no-store'], kept(60)]);
  });

  test('cannot be permitted more than a minute, and the change is in the audit trail with both numbers', async () => {
    for (const keepLiveSeconds of [61, -1, 1.5, null]) {
      const reply = await world.house.call('services.update', { serviceId: world.trade.id, keepLiveSeconds });
      expect(reply).toMatchObject({
        ok: false,
        error: { code: 'INVALID_INPUT', fields: [{ path: 'keepLiveSeconds' }] },
      });
    }
    await permit({ live: 9, test: 0 });
    const events = z.object({ items: z.array(z.looseObject({ action: z.string() })) });
    const { items } = await world.ok('audit.list', { limit: 1 }, events);
    expect(items[0]).toMatchObject({
      action: 'services.update',
      before: { keepLiveSeconds: 0 },
      after: { keepLiveSeconds: 9 },
    });
    const created = await world.house.call('services.create', {
      name: 'Kept',
      slug: 'kept',
      keepTestSeconds: 30,
    });
    expect(created).toMatchObject({ data: { service: { keepLiveSeconds: 0, keepTestSeconds: 30 } } });
  });
});

describe('with a minute permitted', () => {
  const MINUTE = 'private, max-age=60';

  test('refusals, dry runs, keys with limits, and every other door are still not to be kept', async () => {
    await permit({ live: 60, test: 60 });
    const { keyId, secret } = await world.newKey();
    expect(await verified(secret, { method: 'POST' })).toBe('no-store');
    expect(await verified(secret, { dryRun: true })).toBe('no-store');
    expect((await forwarded(secret, { method: 'POST' })).get('cache-control')).toBe('no-store');
    for (const columns of [
      { rateLimit: { limit: 5, windowMs: 60_000 } },
      { quota: { limit: 5, period: 'day' } },
    ]) {
      expect(await both((await world.newKey(columns)).secret)).toEqual(['no-store', 'no-store']);
    }
    for (const path of ['/v1/lookup', '/v1/verify/batch']) {
      const item = { key: secret, method: 'GET', path: '/inventory/42' };
      const response = await fetch(world.house.service.url + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${world.trade.token}` },
        body: JSON.stringify(path === '/v1/lookup' ? { key: secret } : { items: [item] }),
      });
      await response.text();
      expect([path, response.status, response.headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
    }
    expect(await both(secret)).toEqual([MINUTE, MINUTE]);
    await world.ok('keys.revoke', { keyId, reason: 'leaked' }, z.unknown());
    expect(await both(secret)).toEqual(['no-store', 'no-store']);
  });

  test('a proxy is told of what the answer depends; one that asks with the method of its client may keep nothing', async () => {
    await permit({ live: 60, test: 60 });
    const { secret } = await world.newKey();
    for (const dialect of ['generic', 'nginx', 'haproxy', 'apisix']) {
      const headers = await forwarded(secret, { dialect });
      expect([dialect, headers.get('cache-control')]).toEqual([dialect, MINUTE]);
      const vary = (headers.get('vary') ?? '').toLowerCase().split(', ');
      expect(vary).toEqual(
        expect.arrayContaining([
          'authorization',
          'x-api-key',
          'x-api-secret',
          'x-latchkey-service',
          'x-forwarded-method',
          'x-forwarded-uri',
          'x-original-method',
          'x-original-uri',
          'x-forwarded-for',
          'origin',
          'user-agent',
        ]),
      );
    }
    const envoy = await forwarded(secret, { dialect: 'envoy' });
    expect([envoy.get('x-key-name'), envoy.get('cache-control'), envoy.get('vary')]).toEqual([
      'Feed',
      'no-store',
      null,
    ]);
  });

  test('no answer is to be kept beyond the expiry of the key, to the millisecond, at either door', async () => {
    await permit({ live: 60, test: 60 });
    const expiresAt = world.house.core.clock.nowMs() + 61_000;
    const { secret } = await world.newKey({ expiresAt, noExpiryReason: undefined });
    for (const [leftMs, told] of [
      [61_000, MINUTE],
      [60_000, MINUTE],
      [59_999, 'private, max-age=59'],
      [1_000, 'private, max-age=1'],
      [999, 'no-store'],
      [1, 'no-store'],
    ] as const) {
      world.house.tick(expiresAt - leftMs - world.house.core.clock.nowMs());
      expect([leftMs, ...(await both(secret))]).toEqual([leftMs, told, told]);
    }
  });

  test('nor beyond the end of an old secret', async () => {
    await permit({ live: 60, test: 60 });
    const { keyId, secret } = await world.newKey();
    await world.ok('keys.rotate', { keyId, overlapMs: 60_000 }, z.unknown());
    expect(await both(secret)).toEqual([MINUTE, MINUTE]);
    world.house.tick(1);
    expect(await both(secret)).toEqual(['private, max-age=59', 'private, max-age=59']);
    world.house.tick(59_000);
    expect(await both(secret)).toEqual(['no-store', 'no-store']);
  });

  test('the answer itself is the same, whether it may be kept or not', async () => {
    const { secret } = await world.newKey();
    const ask = () =>
      post(`${world.house.service.url}/v1/verify`, world.trade.token, {
        key: secret,
        method: 'GET',
        path: '/inventory/1',
      });
    const shape = (answer: unknown) => ({ ...z.looseObject({}).parse(answer), requestId: '', latencyUs: 0 });
    const before = shape(await ask());
    await permit({ live: 60, test: 60 });
    expect(shape(await ask())).toEqual(before);
  });
});
