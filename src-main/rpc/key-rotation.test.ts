import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const NO_KEY = '000000000000';

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

const get = (keyId: string) => world.call('keys.get', { keyId });
const eventsOf = async (subjectId: string) =>
  (await world.call('audit.list', { filter: { subjectId } })).items;

describe('keys.rotate', () => {
  it('gives a new secret at once and keeps the former one until the overlap ends; the id and the policy stay', async () => {
    const { key, text } = await makeKey(world, subjects);
    world.advance(1_000);
    const rotated = await world.call('keys.rotate', {
      keyId: key.keyId,
      overlapMs: DAY_MS,
      reason: 'Yearly',
    });
    const endsAt = world.nowMs() + DAY_MS;
    expect(rotated.secret).not.toBe(text);
    expect(rotated.key).toMatchObject({
      keyId: key.keyId,
      name: key.name,
      scopeIds: key.scopeIds,
      status: 'rotating',
      overlapEndsAt: endsAt,
      hint: `lk_live_datafeed_${key.keyId}_…${rotated.secret?.slice(-4) ?? ''}`,
      secrets: [
        { version: 2, state: 'current', endsAt: null, createdAt: world.nowMs() },
        { version: 1, state: 'retiring', endsAt },
      ],
    });
    world.advance(DAY_MS - 1);
    expect((await get(key.keyId)).status).toBe('rotating');
    world.advance(1);
    expect(await get(key.keyId)).toMatchObject({
      status: 'active',
      overlapEndsAt: null,
      secrets: [{ state: 'current' }, { version: 1, state: 'ended', endsAt }],
    });
    const [event] = await eventsOf(key.keyId);
    expect(event).toMatchObject({
      action: 'keys.rotate',
      before: { secretVersion: 1 },
      after: { secretVersion: 2, overlapEndsAt: endsAt },
      reason: 'Yearly',
    });
    expect(JSON.stringify(event)).not.toContain(rotated.secret?.slice(-49, -4));
  });

  it('without an overlap ends the former secret at once', async () => {
    const { key } = await makeKey(world, subjects);
    const rotated = await world.call('keys.rotate', { keyId: key.keyId, overlapMs: 0 });
    expect(rotated.key).toMatchObject({ status: 'active', secrets: [{ version: 2 }, { state: 'ended' }] });
  });

  it('never lets the former secret live longer than the key', async () => {
    const expiresAt = world.nowMs() + HOUR_MS;
    const { key } = await makeKey(world, subjects, { expiresAt });
    const rotated = await world.call('keys.rotate', { keyId: key.keyId, overlapMs: DAY_MS });
    expect(rotated.key.overlapEndsAt).toBe(expiresAt);
  });

  it('refuses a third live secret until the overlap has ended', async () => {
    const { key } = await makeKey(world, subjects);
    const input = { keyId: key.keyId, overlapMs: HOUR_MS };
    await world.call('keys.rotate', input);
    expect(await world.refusal('keys.rotate', input)).toMatchObject({ code: 'ROTATION_IN_PROGRESS' });
    expect((await get(key.keyId)).secrets).toHaveLength(2);
    world.advance(HOUR_MS);
    expect((await world.call('keys.rotate', input)).key.secrets[0]?.version).toBe(3);
  });

  it('repeated with the same idempotencyKey rotates once and shows no secret again', async () => {
    const { key } = await makeKey(world, subjects);
    const other = await makeKey(world, subjects, { name: 'Other' });
    const input = { keyId: key.keyId, overlapMs: HOUR_MS, idempotencyKey: 'rotate-1234' };
    const first = await world.call('keys.rotate', input);
    expect(await world.call('keys.rotate', input)).toEqual({ key: first.key, secret: null });
    expect((await get(key.keyId)).secrets).toHaveLength(2);
    expect(await world.refusal('keys.rotate', { ...input, keyId: other.key.keyId })).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'idempotencyKey' }],
    });
  });

  it('refuses keys that are unknown, revoked or expired, and overlaps beyond 30 days', async () => {
    const { key } = await makeKey(world, subjects);
    expect(await world.refusal('keys.rotate', { keyId: NO_KEY, overlapMs: 0 })).toMatchObject({
      code: 'KEY_NOT_FOUND',
    });
    for (const overlapMs of [-1, 30 * DAY_MS + 1, 1.5]) {
      const error = await world.refusal('keys.rotate', { keyId: key.keyId, overlapMs });
      expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'overlapMs' }] });
    }
    await world.call('keys.revoke', { keyId: key.keyId, reason: 'other' });
    expect(await world.refusal('keys.rotate', { keyId: key.keyId, overlapMs: 0 })).toMatchObject({
      code: 'WRONG_STATUS',
    });
    const short = await makeKey(world, subjects, { expiresAt: world.nowMs() + HOUR_MS });
    world.advance(HOUR_MS);
    expect(await world.refusal('keys.rotate', { keyId: short.key.keyId, overlapMs: 0 })).toMatchObject({
      code: 'WRONG_STATUS',
    });
    expect(await world.refusal('keys.rotate', { keyId: key.keyId, overlapMs: 0 }, 'issuer')).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('keys.endOverlap and keys.extendOverlap', () => {
  it('end the former secret now', async () => {
    const { key } = await makeKey(world, subjects);
    await world.call('keys.rotate', { keyId: key.keyId, overlapMs: DAY_MS });
    world.advance(5);
    const ended = await world.call('keys.endOverlap', { keyId: key.keyId, reason: 'All moved' });
    expect(ended).toMatchObject({
      status: 'active',
      secrets: [{ version: 2 }, { state: 'ended', endsAt: world.nowMs() }],
    });
    expect((await eventsOf(key.keyId))[0]).toMatchObject({ action: 'keys.endOverlap', reason: 'All moved' });
  });

  it('move the end, at most to 30 days after the rotation and never beyond the expiry', async () => {
    const { key } = await makeKey(world, subjects);
    const { keyId } = key;
    await world.call('keys.rotate', { keyId, overlapMs: HOUR_MS });
    const rotatedAt = world.nowMs();
    world.advance(60_000);
    const endsAt = rotatedAt + 30 * DAY_MS;
    expect(await world.call('keys.extendOverlap', { keyId, endsAt })).toMatchObject({
      overlapEndsAt: endsAt,
    });
    for (const wrong of [endsAt + 1, world.nowMs(), world.nowMs() - 1]) {
      expect(await world.refusal('keys.extendOverlap', { keyId, endsAt: wrong })).toMatchObject({
        code: 'INVALID_INPUT',
        fields: [{ path: 'endsAt' }],
      });
    }
    const expiresAt = world.nowMs() + DAY_MS;
    await world.call('keys.update', { keyId, expiresAt });
    expect(await world.call('keys.extendOverlap', { keyId, endsAt })).toMatchObject({
      overlapEndsAt: expiresAt,
    });
  });

  it('need a rotation in progress', async () => {
    const { key } = await makeKey(world, subjects);
    const { keyId } = key;
    const endsAt = world.nowMs() + DAY_MS;
    const refuseBoth = async (id: string, code: string) => {
      expect(await world.refusal('keys.endOverlap', { keyId: id })).toMatchObject({ code });
      expect(await world.refusal('keys.extendOverlap', { keyId: id, endsAt })).toMatchObject({ code });
    };
    await refuseBoth(NO_KEY, 'KEY_NOT_FOUND');
    await refuseBoth(keyId, 'NO_ROTATION_IN_PROGRESS');
    await world.call('keys.rotate', { keyId, overlapMs: HOUR_MS });
    await world.call('keys.revoke', { keyId, reason: 'other' });
    await refuseBoth(keyId, 'NO_ROTATION_IN_PROGRESS');
    await world.call('keys.restore', { keyId });
    world.advance(HOUR_MS);
    await refuseBoth(keyId, 'NO_ROTATION_IN_PROGRESS');
    expect(await world.refusal('usage.rotation', { keyId })).toMatchObject({
      code: 'NO_ROTATION_IN_PROGRESS',
    });
    expect(await world.refusal('usage.rotation', { keyId: NO_KEY })).toMatchObject({ code: 'KEY_NOT_FOUND' });
  });
});
