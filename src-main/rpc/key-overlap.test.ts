import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { timestampMs } from '#contract/ids.ts';
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
const lastEvent = async (subjectId: string) =>
  (await world.call('audit.list', { filter: { subjectId } })).items[0];
const inHours = (hours: number) => timestampMs.parse(world.nowMs() + hours * HOUR_MS);

async function rotating(overlapMs = DAY_MS) {
  const { key } = await makeKey(world, subjects);
  world.advance(1_000);
  await world.call('keys.rotate', { keyId: key.keyId, overlapMs });
  return key.keyId;
}

describe('keys.undoRotation', () => {
  it('makes the old secret current again and ends the new one, for good and on the record', async () => {
    const keyId = await rotating();
    const hintBefore = (await get(keyId)).hint;
    world.advance(HOUR_MS);
    const undone = await world.call('keys.undoRotation', { keyId, reason: 'Deployed too early' });
    expect(undone).toMatchObject({
      status: 'active',
      overlapEndsAt: null,
      overlap: null,
      secrets: [
        { version: 2, state: 'ended', endsAt: world.nowMs() },
        { version: 1, state: 'current', endsAt: null },
      ],
    });
    expect(undone.hint).not.toBe(hintBefore);
    expect((await world.call('keys.list', {})).items[0]).toMatchObject({
      hint: undone.hint,
      status: 'active',
    });
    expect(await lastEvent(keyId)).toMatchObject({
      action: 'keys.undoRotation',
      before: { secretVersion: 2 },
      after: { secretVersion: 1 },
      reason: 'Deployed too early',
    });
    expect(await world.refusal('keys.undoRotation', { keyId })).toMatchObject({
      code: 'NO_ROTATION_IN_PROGRESS',
    });
  });

  it('leaves a key that rotates as any other: the next secret has a number of its own', async () => {
    const keyId = await rotating();
    await world.call('keys.undoRotation', { keyId });
    world.advance(1);
    const { key } = await world.call('keys.rotate', { keyId, overlapMs: DAY_MS });
    expect(key.secrets).toMatchObject([
      { version: 3, state: 'current' },
      { version: 2, state: 'ended' },
      { version: 1, state: 'retiring', endsAt: world.nowMs() + DAY_MS },
    ]);
    expect(key.overlap).toMatchObject({ retiringVersion: 1 });
  });

  it('comes too late when the old secret has ended or the key is revoked', async () => {
    const late = await rotating(HOUR_MS);
    world.advance(HOUR_MS);
    expect(await world.refusal('keys.undoRotation', { keyId: late })).toMatchObject({
      code: 'NO_ROTATION_IN_PROGRESS',
    });
    const revoked = await rotating();
    await world.call('keys.revoke', { keyId: revoked, reason: 'other' });
    expect(await world.refusal('keys.undoRotation', { keyId: revoked })).toMatchObject({
      code: 'NO_ROTATION_IN_PROGRESS',
    });
    expect(await world.refusal('keys.undoRotation', { keyId: NO_KEY })).toMatchObject({
      code: 'KEY_NOT_FOUND',
    });
    expect(await world.refusal('keys.undoRotation', { keyId: late }, 'issuer')).toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('keys.updateOverlap', () => {
  it('plans an idle end and brownouts, tells when they come, and takes them back', async () => {
    const keyId = await rotating();
    const startsAt = inHours(1);
    const key = await world.call('keys.updateOverlap', {
      keyId,
      idleEndMs: 6 * HOUR_MS,
      notBefore: inHours(8),
      brownout: { startsAt, everyMs: HOUR_MS, lengthMs: 30_000 },
    });
    expect(key.overlap).toMatchObject({
      retiringVersion: 1,
      endsAt: world.nowMs() + DAY_MS,
      idleEndMs: 6 * HOUR_MS,
      // Six hours of silence would do, but not before the eighth.
      idleEndsAt: inHours(8),
      brownout: { startsAt, everyMs: HOUR_MS, lengthMs: 30_000 },
    });
    expect(key.overlap?.comingBrownouts).toHaveLength(5);
    expect(key.overlap?.comingBrownouts[1]).toEqual({ from: inHours(2), to: startsAt + HOUR_MS + 30_000 });
    expect(await lastEvent(keyId)).toMatchObject({
      action: 'keys.updateOverlap',
      before: { idleEndMs: null, brownout: null },
      after: { idleEndMs: 6 * HOUR_MS },
    });
    const none = await world.call('keys.updateOverlap', { keyId, idleEndMs: null, brownout: null });
    expect(none.overlap).toMatchObject({
      idleEndMs: null,
      notBefore: null,
      idleEndsAt: null,
      brownout: null,
      comingBrownouts: [],
    });
  });

  it('what is left out stays', async () => {
    const keyId = await rotating();
    await world.call('keys.updateOverlap', { keyId, idleEndMs: HOUR_MS });
    const brownout = { startsAt: inHours(1), everyMs: HOUR_MS, lengthMs: 1_000 };
    const key = await world.call('keys.updateOverlap', { keyId, brownout });
    expect(key.overlap).toMatchObject({ idleEndMs: HOUR_MS, brownout });
  });

  it('refuses brownouts that leave little time between them, and keys that do not rotate', async () => {
    const keyId = await rotating();
    const brownout = { startsAt: inHours(1), everyMs: 60_000, lengthMs: 20_000 };
    expect(await world.refusal('keys.updateOverlap', { keyId, brownout })).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'brownout.lengthMs' }],
    });
    const { key } = await makeKey(world, subjects, { name: 'Quiet' });
    expect(await world.refusal('keys.updateOverlap', { keyId: key.keyId, idleEndMs: HOUR_MS })).toMatchObject(
      {
        code: 'NO_ROTATION_IN_PROGRESS',
      },
    );
  });

  it('a rotation can be given its idle end at once', async () => {
    const { key } = await makeKey(world, subjects);
    const rotated = await world.call('keys.rotate', {
      keyId: key.keyId,
      overlapMs: DAY_MS,
      idleEndMs: HOUR_MS,
    });
    expect(rotated.key.overlap).toMatchObject({ idleEndMs: HOUR_MS, idleEndsAt: inHours(1) });
  });
});

describe('keys.rotationsDue', () => {
  it('tells the keys whose secret is as old as their policy wants, and forgets them once they are rotated', async () => {
    const due = (hours: number) => world.call('keys.rotationsDue', { before: inHours(hours) });
    const { key } = await makeKey(world, subjects, { rotateEveryMs: 30 * DAY_MS });
    await makeKey(world, subjects, { name: 'Without a rhythm' });
    const dueAt = key.createdAt + 30 * DAY_MS;
    expect(key.rotationDueAt).toBe(dueAt);
    expect((await due(29 * 24)).items).toEqual([]);
    expect(await due(31 * 24)).toEqual({
      items: [{ keyId: key.keyId, name: key.name, dueAt, rotateEveryMs: 30 * DAY_MS }],
      total: 1,
    });
    world.advance(31 * DAY_MS);
    const rotated = await world.call('keys.rotate', { keyId: key.keyId, overlapMs: 0 });
    expect(rotated.key.rotationDueAt).toBe(world.nowMs() + 30 * DAY_MS);
    expect((await due(0)).items).toEqual([]);
  });

  it('the policy is changed like any other field of a key, and a revoked key is never due', async () => {
    const { key } = await makeKey(world, subjects);
    const changed = await world.call('keys.update', { keyId: key.keyId, rotateEveryMs: 90 * DAY_MS });
    expect(changed).toMatchObject({ rotateEveryMs: 90 * DAY_MS, rotationDueAt: key.createdAt + 90 * DAY_MS });
    expect(await lastEvent(key.keyId)).toMatchObject({ after: { rotateEveryMs: 90 * DAY_MS } });
    await world.call('keys.revoke', { keyId: key.keyId, reason: 'other' });
    expect((await get(key.keyId)).rotationDueAt).toBeNull();
    expect((await world.call('keys.rotationsDue', { before: inHours(24 * 365) })).total).toBe(0);
  });
});
