import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const DAY_MS = 86_400_000;
const NO_KEY = '000000000000';
const RULES = [{ effect: 'allow', methods: ['GET'], path: '/prices/*' }] as const;

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

const storedAs = (text: string) => world.db.secrets.findByHash(world.keyring.hash(text));
const eventsOf = async (subjectId: string) =>
  (await world.call('audit.list', { filter: { subjectId } })).items;
describe('keys.update', () => {
  it('changes what is given and nothing else; the event holds the changed fields only', async () => {
    const { key, text } = await makeKey(world, subjects, { note: 'before', tags: ['a'] });
    world.advance(1_000);
    const changed = await world.call('keys.update', {
      keyId: key.keyId,
      name: 'Renamed',
      tags: ['a'],
      scopeIds: [],
      rules: RULES,
      rateLimit: { limit: 5, windowMs: 1_000 },
    });
    expect(changed).toEqual({
      ...key,
      name: 'Renamed',
      scopeIds: [],
      scopeNames: [],
      rules: RULES,
      rateLimit: { limit: 5, windowMs: 1_000 },
      updatedAt: world.nowMs(),
    });
    expect(storedAs(text)).not.toBeNull();
    const [event] = await eventsOf(key.keyId);
    expect(event).toMatchObject({
      action: 'keys.update',
      before: { name: 'Warehouse sync', scopeIds: key.scopeIds },
    });
    expect(Object.keys(event?.after ?? {}).sort()).toEqual(['name', 'rateLimit', 'rules', 'scopeIds']);
  });

  it('gives a key several limits and a quota with its own calendar, and takes them away again', async () => {
    const quota = { limit: 5, period: 'month', resetDay: 31, timeZone: 'Asia/Tokyo' } as const;
    const burst = { name: 'burst', limit: 2, windowMs: 1_000, by: 'clientIp', isSoft: true } as const;
    const { key } = await makeKey(world, subjects, { rateLimits: [burst], quota });
    expect(key.rateLimits).toEqual([burst]);
    expect(key.quota).toEqual({ ...quota, isSoft: false, by: 'key' });
    const { keyId } = key;
    const changed = await world.call('keys.update', { keyId, rateLimits: [], quota: null });
    expect(changed).toMatchObject({ rateLimits: [], quota: null });
    expect(await world.call('keys.get', { keyId })).toEqual(changed);
    const [event] = await eventsOf(keyId);
    expect(event?.before).toEqual({ rateLimits: [burst], quota: key.quota });
    expect(event?.after).toEqual({ rateLimits: [], quota: null });
  });

  it('holds the expiry to the same rules as a new key, and forgets a reason that no longer applies', async () => {
    const { key } = await makeKey(world, subjects);
    const { keyId } = key;
    expect(await world.refusal('keys.update', { keyId, expiresAt: world.nowMs() })).toMatchObject({
      fields: [{ path: 'expiresAt' }],
    });
    const eternal = await world.call('keys.update', { keyId, expiresAt: null, noExpiryReason: 'Device' });
    expect(eternal).toMatchObject({ expiresAt: null, noExpiryReason: 'Device' });
    const ending = await world.call('keys.update', { keyId, expiresAt: world.nowMs() + DAY_MS });
    expect(ending.noExpiryReason).toBeNull();
  });

  it('can rename an expired key, and a later expiry brings it back', async () => {
    const { key } = await makeKey(world, subjects, { expiresAt: world.nowMs() + DAY_MS });
    world.advance(DAY_MS);
    expect(await world.call('keys.update', { keyId: key.keyId, name: 'Old' })).toMatchObject({
      status: 'expired',
    });
    const back = await world.call('keys.update', { keyId: key.keyId, expiresAt: world.nowMs() + DAY_MS });
    expect(back.status).toBe('active');
  });

  it('refuses unknown keys, scopes and plans, bad entries and revoked keys', async () => {
    const { key } = await makeKey(world, subjects);
    const { keyId } = key;
    const cases = [
      [{ keyId: NO_KEY }, 'KEY_NOT_FOUND'],
      [{ keyId, scopeIds: ['scp_0000000000000000'] }, 'SCOPE_NOT_FOUND'],
      [{ keyId, planId: 'pln_0000000000000000' }, 'PLAN_NOT_FOUND'],
      [{ keyId, ipAllow: ['nowhere'] }, 'INVALID_INPUT'],
      [{ keyId, environment: 'test' }, 'INVALID_INPUT'],
    ] as const;
    for (const [input, code] of cases) {
      expect(await world.refusal('keys.update', input)).toMatchObject({ code });
    }
    await world.call('keys.revoke', { keyId, reason: 'other' });
    expect(await world.refusal('keys.update', { keyId, name: 'X' })).toMatchObject({ code: 'WRONG_STATUS' });
    expect(await world.refusal('keys.update', { keyId, name: 'X' }, 'issuer')).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
