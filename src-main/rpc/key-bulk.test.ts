import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const DAY_MS = 86_400_000;
const SUSPEND = { kind: 'suspend', reason: 'Odd traffic' } as const;

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

async function makeKeys(count: number, changes: Partial<CallInput<'keys.create'>> = {}) {
  const ids: KeyId[] = [];
  for (let n = 0; n < count; n += 1) {
    ids.push((await makeKey(world, subjects, { name: `Key ${String(n)}`, ...changes })).key.keyId);
  }
  return ids;
}
const stateOf = (keyId: KeyId) => world.call('keys.get', { keyId });
const auditTotal = async () => (await world.call('audit.list', {})).total;

describe('keys.bulk', () => {
  it('S04.6 suspends three and its undo resumes them: six audit events, each as if the key were changed alone', async () => {
    const keyIds = await makeKeys(3);
    const before = await auditTotal();
    const done = await world.call('keys.bulk', { keyIds, action: SUSPEND });
    expect(done).toEqual({
      changed: keyIds,
      skipped: [],
      undo: { kind: 'resume' },
      isCancelled: false,
    });
    for (const keyId of keyIds) {
      expect(await stateOf(keyId)).toMatchObject({
        status: 'suspended',
        suspension: { reason: 'Odd traffic' },
      });
    }
    if (done.undo === null) throw new Error('It can be undone.');
    await world.call('keys.bulk', { keyIds: [...done.changed], action: done.undo });
    for (const keyId of keyIds) expect(await stateOf(keyId)).toMatchObject({ status: 'active' });
    expect(await auditTotal()).toBe(before + 6);
    const { items } = await world.call('audit.list', { limit: 6 });
    expect(items.map(({ action, subject }) => [action, subject.id]).reverse()).toEqual([
      ...keyIds.map((id) => ['keys.suspend', id]),
      ...keyIds.map((id) => ['keys.resume', id]),
    ]);
    expect((await world.call('audit.verify', {})).ok).toBe(true);
  });

  it('leaves keys alone that the action does not fit, says why, and undoes only what it did', async () => {
    const keyIds = await makeKeys(3);
    const [first = '' as KeyId, second = '' as KeyId, third = '' as KeyId] = keyIds;
    await world.call('keys.suspend', { keyId: first, reason: 'Before' });
    await world.call('keys.revoke', { keyId: second, reason: 'other' });
    const done = await world.call('keys.bulk', {
      keyIds: [...keyIds, third, 'AAAAAAAAAAAA'],
      action: SUSPEND,
    });
    expect(done.changed).toEqual([third]);
    expect(done.skipped.map(({ keyId }) => keyId)).toEqual([first, second, 'AAAAAAAAAAAA']);
    for (const { why } of done.skipped) expect(why).toMatch(/^(This key|There is no key)/);
    expect(await stateOf(first)).toMatchObject({ suspension: { reason: 'Before' } });
  });

  it('that fits no key changes nothing and leaves no audit event', async () => {
    const keyIds = await makeKeys(2);
    const before = await auditTotal();
    const done = await world.call('keys.bulk', { keyIds, action: { kind: 'resume' } });
    expect(done).toMatchObject({ changed: [], undo: null });
    expect(done.skipped).toHaveLength(2);
    expect(await auditTotal()).toBe(before);
  });

  it('revokes with an undo, and without one when the reason is a leak', async () => {
    const keyIds = await makeKeys(2);
    const gone = await world.call('keys.bulk', { keyIds, action: { kind: 'revoke', reason: 'policy' } });
    expect(gone.undo).toEqual({ kind: 'restore' });
    await world.call('keys.bulk', { keyIds, action: { kind: 'restore' } });
    for (const keyId of keyIds) expect(await stateOf(keyId)).toMatchObject({ status: 'active' });
    const leaked = await world.call('keys.bulk', { keyIds, action: { kind: 'revoke', reason: 'leaked' } });
    expect(leaked.undo).toBeNull();
  });

  it('adds and takes tags, and its undo gives each key exactly the tags it had', async () => {
    const [tagged = '' as KeyId] = await makeKeys(1, { tags: ['b', 'old'] });
    const [plain = '' as KeyId] = await makeKeys(1);
    const [full = '' as KeyId] = await makeKeys(1, {
      tags: Array.from({ length: 20 }, (_, n) => `t${String(n)}`),
    });
    const keyIds = [tagged, plain, full];
    const done = await world.call('keys.bulk', {
      keyIds,
      action: { kind: 'tag', add: ['a', 'b'], remove: ['old'] },
    });
    expect(done.changed).toEqual([tagged, plain]);
    expect(done.skipped).toMatchObject([{ keyId: full }]);
    expect((await stateOf(tagged)).tags).toEqual(['b', 'a']);
    expect((await stateOf(plain)).tags).toEqual(['a', 'b']);
    if (done.undo === null) throw new Error('It can be undone.');
    await world.call('keys.bulk', { keyIds: [...done.changed], action: done.undo });
    expect((await stateOf(tagged)).tags).toEqual(['b', 'old']);
    expect((await stateOf(plain)).tags).toEqual([]);
  });

  it('extends expiry, never shortens it, and its undo gives each key the end it had', async () => {
    const [soon = '' as KeyId] = await makeKeys(1, { expiresAt: world.nowMs() + DAY_MS });
    const [late = '' as KeyId] = await makeKeys(1, { expiresAt: world.nowMs() + 90 * DAY_MS });
    const [never = '' as KeyId] = await makeKeys(1, { expiresAt: null, noExpiryReason: 'Device' });
    const expiresAt = world.nowMs() + 30 * DAY_MS;
    const done = await world.call('keys.bulk', {
      keyIds: [soon, late, never],
      action: { kind: 'extend', expiresAt },
    });
    expect(done.changed).toEqual([soon]);
    expect((await stateOf(soon)).expiresAt).toBe(expiresAt);
    if (done.undo === null) throw new Error('It can be undone.');
    await world.call('keys.bulk', { keyIds: [soon], action: done.undo });
    expect((await stateOf(soon)).expiresAt).toBe(world.nowMs() + DAY_MS);
  });

  it('of many keys is a job that tells its progress, and cancelling it keeps what was done and says so', async () => {
    const keyIds = await makeKeys(130);
    const whole = world.call('keys.bulk', { keyIds, action: SUSPEND });
    const [job] = (await world.call('jobs.list', {})).items;
    expect(job).toMatchObject({ kind: 'bulk', title: 'Suspending 130 keys', unit: 'keys' });
    expect((await whole).changed).toHaveLength(130);
    const half = world.call('keys.bulk', { keyIds, action: { kind: 'resume' } });
    const [running] = (await world.call('jobs.list', {})).items;
    if (running === undefined) throw new Error('It runs.');
    await world.call('jobs.cancel', { jobId: running.jobId });
    const cut = await half;
    expect(cut.isCancelled).toBe(true);
    expect(cut.changed.length).toBeLessThan(130);
    const active = await world.call('keys.list', { filter: { status: ['active'] } });
    expect(active.total).toBe(cut.changed.length);
  });

  it('is for admins', async () => {
    const keyIds = await makeKeys(1);
    expect(await world.refusal('keys.bulk', { keyIds, action: SUSPEND }, 'issuer')).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await world.refusal('keys.bulk', { keyIds: [], action: SUSPEND })).toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});
