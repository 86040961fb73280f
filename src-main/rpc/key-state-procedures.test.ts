import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const HOUR_MS = 3_600_000;
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

describe('keys.suspend and keys.resume', () => {
  it('stop a key and let it go on as it was', async () => {
    const { key } = await makeKey(world, subjects);
    const { keyId } = key;
    world.advance(1_000);
    const suspended = await world.call('keys.suspend', { keyId, reason: 'Odd traffic', message: 'Call us' });
    expect(suspended).toMatchObject({
      status: 'suspended',
      suspension: { reason: 'Odd traffic', message: 'Call us', at: world.nowMs() },
    });
    expect(await world.refusal('keys.suspend', { keyId, reason: 'Again' })).toMatchObject({
      code: 'WRONG_STATUS',
    });
    expect(await world.call('keys.resume', { keyId })).toEqual({ ...key, updatedAt: world.nowMs() });
    expect(await world.refusal('keys.resume', { keyId })).toMatchObject({ code: 'WRONG_STATUS' });
    expect(await eventsOf(keyId)).toMatchObject([
      { action: 'keys.resume', before: { status: 'suspended' }, after: { status: 'active' } },
      {
        action: 'keys.suspend',
        before: { status: 'active' },
        after: { status: 'suspended', message: 'Call us' },
        reason: 'Odd traffic',
      },
      { action: 'keys.create' },
    ]);
  });

  it('keep a rotation going: its clock is not held', async () => {
    const { key } = await makeKey(world, subjects);
    const { keyId } = key;
    await world.call('keys.rotate', { keyId, overlapMs: HOUR_MS });
    await world.call('keys.suspend', { keyId, reason: 'Odd traffic' });
    expect(await get(keyId)).toMatchObject({ status: 'suspended', overlapEndsAt: world.nowMs() + HOUR_MS });
    expect(await world.call('keys.resume', { keyId })).toMatchObject({ status: 'rotating' });
    await world.call('keys.suspend', { keyId, reason: 'Odd traffic' });
    world.advance(HOUR_MS);
    expect(await world.call('keys.resume', { keyId })).toMatchObject({ status: 'active' });
  });

  it('need a key that is there and a reason', async () => {
    expect(await world.refusal('keys.suspend', { keyId: NO_KEY, reason: 'x' })).toMatchObject({
      code: 'KEY_NOT_FOUND',
    });
    expect(await world.refusal('keys.resume', { keyId: NO_KEY })).toMatchObject({ code: 'KEY_NOT_FOUND' });
    const { key } = await makeKey(world, subjects);
    expect(await world.refusal('keys.suspend', { keyId: key.keyId })).toMatchObject({
      fields: [{ path: 'reason' }],
    });
  });
});

describe('keys.revoke and keys.restore', () => {
  it('refuse a key for good; within 10 minutes everything comes back as it was', async () => {
    const { key } = await makeKey(world, subjects);
    const { keyId } = key;
    await world.call('keys.rotate', { keyId, overlapMs: HOUR_MS });
    const rotating = await get(keyId);
    const revoked = await world.call('keys.revoke', { keyId, reason: 'replaced', note: 'See CRM' });
    expect(revoked).toMatchObject({
      status: 'revoked',
      overlapEndsAt: null,
      revocation: {
        reason: 'replaced',
        note: 'See CRM',
        at: world.nowMs(),
        restorableUntil: world.nowMs() + 10 * 60_000,
      },
    });
    world.advance(10 * 60_000 - 1);
    expect(await world.call('keys.restore', { keyId, reason: 'Mistake' })).toEqual({
      ...rotating,
      updatedAt: world.nowMs(),
    });
    expect((await eventsOf(keyId)).slice(0, 2)).toMatchObject([
      { action: 'keys.restore', after: { status: 'rotating' }, reason: 'Mistake' },
      {
        action: 'keys.revoke',
        before: { status: 'rotating' },
        after: { status: 'revoked' },
        reason: 'replaced',
      },
    ]);
  });

  it('a suspended key that was revoked comes back suspended', async () => {
    const { key } = await makeKey(world, subjects);
    const { keyId } = key;
    await world.call('keys.suspend', { keyId, reason: 'Odd traffic' });
    await world.call('keys.revoke', { keyId, reason: 'other' });
    expect(await world.refusal('keys.resume', { keyId })).toMatchObject({ code: 'WRONG_STATUS' });
    expect(await world.call('keys.restore', { keyId })).toMatchObject({ status: 'suspended' });
  });

  it('a restore is not possible after 10 minutes, after a leak, or when nothing is revoked', async () => {
    const { key } = await makeKey(world, subjects);
    const leaked = await makeKey(world, subjects, { name: 'Leaked' });
    expect(await world.refusal('keys.restore', { keyId: key.keyId })).toMatchObject({
      code: 'RESTORE_NOT_POSSIBLE',
    });
    await world.call('keys.revoke', { keyId: key.keyId, reason: 'other' });
    const gone = await world.call('keys.revoke', { keyId: leaked.key.keyId, reason: 'leaked' });
    expect(gone.revocation?.restorableUntil).toBeNull();
    expect(await world.refusal('keys.restore', { keyId: leaked.key.keyId })).toMatchObject({
      code: 'RESTORE_NOT_POSSIBLE',
    });
    world.advance(10 * 60_000);
    expect(await world.refusal('keys.restore', { keyId: key.keyId })).toMatchObject({
      code: 'RESTORE_NOT_POSSIBLE',
    });
    expect((await get(key.keyId)).revocation?.restorableUntil).toBeNull();
    expect(await world.refusal('keys.restore', { keyId: NO_KEY })).toMatchObject({ code: 'KEY_NOT_FOUND' });
  });

  it('a revoked key stays so with its first reason, and no neighbour is touched', async () => {
    const { key } = await makeKey(world, subjects);
    const neighbour = await makeKey(world, subjects, { name: 'Neighbour' });
    await world.call('keys.revoke', { keyId: key.keyId, reason: 'leaked' });
    expect(await world.refusal('keys.revoke', { keyId: key.keyId, reason: 'other' })).toMatchObject({
      code: 'WRONG_STATUS',
    });
    expect(await world.refusal('keys.suspend', { keyId: key.keyId, reason: 'x' })).toMatchObject({
      code: 'WRONG_STATUS',
    });
    expect(await get(neighbour.key.keyId)).toEqual(neighbour.key);
    expect(await world.refusal('keys.revoke', { keyId: NO_KEY, reason: 'other' })).toMatchObject({
      code: 'KEY_NOT_FOUND',
    });
    expect(await world.refusal('keys.revoke', { keyId: key.keyId, reason: 'bored' })).toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});

it('suspend, resume, revoke and restore all take a message, and the audit trail keeps it', async () => {
  const { key } = await makeKey(world, subjects);
  const { keyId } = key;
  const message = `Write to the API team. ${'Thank you. '.repeat(14)}`.trim();
  await world.call('keys.suspend', { keyId, reason: 'Odd traffic', message });
  await world.call('keys.resume', { keyId, reason: 'Looked at', message });
  const revoked = await world.call('keys.revoke', { keyId, reason: 'other', message });
  expect(revoked.revocation?.note).toBe(message);
  await world.call('keys.restore', { keyId, message });
  const noted = await world.call('keys.revoke', { keyId, reason: 'other', note: 'Not needed', message });
  expect(noted.revocation?.note).toBe('Not needed');
  const events = await eventsOf(keyId);
  expect(events.slice(0, 5).map(({ after }) => after?.['message'])).toEqual(Array(5).fill(message));
  expect(await world.refusal('keys.resume', { keyId, message: 'x'.repeat(201) })).toMatchObject({
    fields: [{ path: 'message' }],
  });
});
