import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openHolderHouse } from './holder-world.test-support.ts';
import { post } from './house.test-support.ts';

const HOUR_MS = 3_600_000;
const GRACE_MS = 3 * HOUR_MS;

let world: Awaited<ReturnType<typeof openHolderHouse>>;
beforeAll(async () => {
  world = await openHolderHouse();
});
afterAll(() => world.house.close());

const now = () => world.house.core.clock.nowMs();
const stepTo = (atMs: number) => {
  world.house.tick(atMs - now());
};
const list = z.object({ items: z.array(z.object({ keyId: z.string(), status: z.string() })) });

/** What every door says of a key at this moment: may it pass? */
async function everyDoor(key: { keyId: string; secret: string }): Promise<Record<string, boolean>> {
  const { house, ok, serviceToken, verify } = world;
  const { keyId, secret } = key;
  // Answers to "can call" are kept for a few seconds, until something is written.
  await ok('keys.update', { keyId, note: `Seen at ${String(now())}` }, z.unknown());
  const ask = (path: string, body: object) => post(`${house.service.url}${path}`, serviceToken, body);
  const found = async (filter: object) =>
    (await ok('keys.list', { filter, limit: 500 }, list)).items.some((item) => item.keyId === keyId);
  const simulation = await ok(
    'keys.simulate',
    { keyId, method: 'GET', path: '/inventory/42' },
    z.object({ valid: z.boolean() }),
  );
  const introspected = await fetch(`${house.service.url}/v1/introspect`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${serviceToken}` },
    body: new URLSearchParams({ token: secret }),
  });
  const forwarded = await fetch(`${house.service.url}/forward-auth/generic`, {
    headers: forwardHeaders(secret),
  });
  const looked = z
    .object({ key: z.object({ status: z.string() }) })
    .parse(await ask('/v1/lookup', { key: secret }));
  const unkey = z
    .object({ data: z.object({ valid: z.boolean() }) })
    .parse(await ask('/v2/keys.verifyKey', { key: secret, permissions: 'inventory:read' }));
  const one = await ok('keys.get', { keyId }, z.object({ status: z.string() }));
  return {
    verify: (await verify(secret)).valid,
    explain: (await verify(secret, { explain: true, dryRun: true })).valid,
    simulate: simulation.valid,
    canCall: await found({ canCall: { method: 'GET', path: '/inventory/42' } }),
    notExpired: !(await found({ status: 'expired' })),
    listed: await found({ status: ['active', 'rotating'] }),
    status: one.status === 'active',
    introspect: z.object({ active: z.boolean() }).parse(await introspected.json()).active,
    forwardAuth: forwarded.status === 200,
    lookup: looked.key.status === 'active',
    unkey: unkey.data.valid,
  };
}

const forwardHeaders = (secret: string) => ({
  'X-Latchkey-Service': world.serviceToken,
  'X-Forwarded-Method': 'GET',
  'X-Forwarded-Uri': '/inventory/42',
  'X-API-Key': secret,
});
const all = (answers: Record<string, boolean>, is: boolean) =>
  Object.fromEntries(Object.keys(answers).map((door) => [door, is]));

describe('the grace of a key', () => {
  it('every door lets it pass to the last millisecond of its grace, and none from its end on', async () => {
    const expiresAt = now() + HOUR_MS;
    const made = await world.newKey('Graceful', { expiresAt, expiryGraceMs: GRACE_MS });
    const key = { keyId: made.key.keyId, secret: made.secret };
    for (const [atMs, passes] of [
      [expiresAt - 1, true],
      [expiresAt, true],
      [expiresAt + GRACE_MS - 1, true],
      [expiresAt + GRACE_MS, false],
    ] as const) {
      stepTo(atMs);
      const answers = await everyDoor(key);
      expect(answers, String(atMs - expiresAt)).toEqual(all(answers, passes));
    }
    expect(await world.verify(key.secret)).toMatchObject({ valid: false, code: 'EXPIRED', status: 401 });
  });

  it('an answer in the grace warns, a proxy is told since when and until when, and the log says so', async () => {
    const expiresAt = now() + HOUR_MS;
    const { key, secret } = await world.newKey('Warned', { expiresAt, expiryGraceMs: GRACE_MS });
    stepTo(expiresAt);
    const answer = await world.verify(secret);
    expect(answer).toMatchObject({
      valid: true,
      key: { expiresAt, graceEndsAt: expiresAt + GRACE_MS },
      warnings: [{ code: 'KEY_IN_GRACE' }],
    });
    const { headers } = await fetch(`${world.house.service.url}/forward-auth/generic`, {
      headers: forwardHeaders(secret),
    });
    expect(headers.get('deprecation')).toBe(`@${String(expiresAt / 1_000)}`);
    expect(headers.get('sunset')).toBe(new Date(expiresAt + GRACE_MS).toUTCString());
    expect(headers.get('x-key-expires-at')).toBe(new Date(expiresAt).toISOString());
    const rows = z.object({ items: z.array(z.object({ code: z.string(), detail: z.string().nullable() })) });
    const { items } = await world.ok('requests.list', { filter: { keyId: key.keyId } }, rows);
    expect(items).toHaveLength(2);
    for (const { code, detail } of items) {
      expect(code).toBe('VALID');
      expect(detail).toMatch(/^Grace: This API key expired on .* passes until /);
    }
  });

  it('introspection names the end of the grace, so that no answer is kept beyond it', async () => {
    const expiresAt = now() + HOUR_MS;
    const { secret } = await world.newKey('Introspected', { expiresAt, expiryGraceMs: GRACE_MS });
    const response = await fetch(`${world.house.service.url}/v1/introspect`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${world.serviceToken}` },
      body: new URLSearchParams({ token: secret }),
    });
    expect(await response.json()).toMatchObject({ active: true, exp: (expiresAt + GRACE_MS) / 1_000 });
  });

  it('a child passes as long as its parent in its grace, and never beyond its own end', async () => {
    const expiresAt = now() + HOUR_MS / 2;
    const parent = await world.newKey('Parent', { expiresAt, expiryGraceMs: GRACE_MS });
    const token = await world.tokenOf(parent.key.keyId, { childLifeMsMax: 2 * HOUR_MS });
    const short = await world.enroll(token);
    const long = await world.enroll(
      await world.tokenOf(parent.key.keyId, { name: 'Long', childLifeMsMax: 24 * HOUR_MS }),
    );
    const startMs = now();
    const passes = async () => [
      (await world.verify(short.secret ?? '')).valid,
      (await world.verify(long.secret ?? '')).valid,
    ];
    stepTo(startMs + 2 * HOUR_MS - 1);
    expect(await passes()).toEqual([true, true]);
    stepTo(startMs + 2 * HOUR_MS);
    expect(await passes()).toEqual([false, true]);
    stepTo(expiresAt + GRACE_MS - 1);
    expect(await passes()).toEqual([false, true]);
    stepTo(expiresAt + GRACE_MS);
    expect(await passes()).toEqual([false, false]);
  });

  it('a key in its grace is extended by one action, its undo puts the past expiry back, and other fields can be edited meanwhile', async () => {
    const expiresAt = now() + HOUR_MS;
    const { key } = await world.newKey('Extended', { expiresAt, expiryGraceMs: GRACE_MS });
    const keyId = key.keyId;
    stepTo(expiresAt + 1);
    await world.ok('keys.update', { keyId, expiresAt, name: 'Renamed' }, z.unknown());
    const action = { kind: 'extend', endless: false, expiresAt: now() + 90 * 24 * HOUR_MS };
    const done = z.object({ changed: z.array(z.string()), undo: z.looseObject({}) });
    const { undo } = await world.ok('keys.bulk', { keyIds: [keyId], action }, done);
    const shown = z.object({ expiresAt: z.number(), graceEndsAt: z.number() });
    expect(await world.ok('keys.get', { keyId }, shown)).toEqual({
      expiresAt: action.expiresAt,
      graceEndsAt: action.expiresAt + GRACE_MS,
    });
    await world.ok('keys.bulk', { keyIds: [keyId], action: undo }, z.unknown());
    expect(await world.ok('keys.get', { keyId }, shown)).toEqual({
      expiresAt,
      graceEndsAt: expiresAt + GRACE_MS,
    });
  });

  it('lasts from an hour to thirty days, and counts into the longest life that a tier allows', async () => {
    const expiresAt = now() + HOUR_MS;
    const refused = (more: object) =>
      expect(world.newKey('Refused', { expiresAt, ...more })).rejects.toThrow();
    await refused({ expiryGraceMs: HOUR_MS - 1 });
    await refused({ expiryGraceMs: 30 * 24 * HOUR_MS + 1 });
    await world.ok(
      'settings.update',
      { keyLifetimes: [{ tier: 'external', defaultDays: null, maxDays: 2 }] },
      z.unknown(),
    );
    await world.newKey('Short enough', { expiresAt, expiryGraceMs: 24 * HOUR_MS });
    await refused({ expiryGraceMs: 49 * HOUR_MS });
    await world.ok('settings.update', { keyLifetimes: [] }, z.unknown());
  });
});
