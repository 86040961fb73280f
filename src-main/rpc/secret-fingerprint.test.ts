import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeyId } from '#contract/ids.ts';
import { createKeyring } from '#main/platform/keyring.ts';
import { must } from '#main/platform/must.ts';
import { makeKey, makeSubjects, type TestSubjects } from './test-subjects.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

let world: TestWorld;
let subjects: TestSubjects;
beforeEach(async () => {
  world = createTestWorld();
  subjects = await makeSubjects(world);
});
afterEach(() => {
  world.close();
});

async function fingerprintsOf(keyId: KeyId): Promise<readonly (string | null)[]> {
  return (await world.call('keys.get', { keyId }, 'viewer')).secrets.map(({ fingerprint }) => fingerprint);
}

it('each secret has a fingerprint that its text makes with the master secret alone, and that stays', async () => {
  const { key, text } = await makeKey(world, subjects);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const expected = world.keyring.hash(`sha256 ${sha256}`).toString('hex').slice(0, 16);
  expect(await fingerprintsOf(key.keyId)).toEqual([expected]);
  expect(sha256).not.toContain(expected);
  expect(createKeyring(Buffer.alloc(32, 99)).hash(`sha256 ${sha256}`).toString('hex')).not.toContain(
    expected,
  );
  await world.call('keys.rotate', { keyId: key.keyId, overlapMs: 60_000 });
  const [newest, former] = await fingerprintsOf(key.keyId);
  expect(former).toBe(expected);
  expect(newest).toMatch(/^[0-9a-f]{16}$/);
  expect(newest).not.toBe(expected);
});

it('search and list find a key by a pasted fingerprint of any of its secrets, from twelve characters on', async () => {
  const [wanted, other] = [
    (await makeKey(world, subjects, { name: 'Wanted' })).key,
    (await makeKey(world, subjects, { name: 'Other' })).key,
  ];
  await world.call('keys.rotate', { keyId: wanted.keyId, overlapMs: 60_000 });
  const found = async (text: string) => ({
    search: (await world.call('keys.find', { text })).items.map(({ name }) => name),
    list: (await world.call('keys.list', { filter: { text } })).items.map(({ name }) => name),
  });
  for (const fingerprint of await fingerprintsOf(wanted.keyId)) {
    const text = must(fingerprint, 'made here');
    for (const pasted of [text, ` ${text.toUpperCase()} `, text.slice(0, 12), text.slice(0, 13)])
      expect(await found(pasted), pasted).toEqual({ search: ['Wanted'], list: ['Wanted'] });
    expect(await found(text.slice(0, 11))).toEqual({ search: [], list: [] });
    const last = text.endsWith('0') ? '1' : '0';
    expect(await found(`${text.slice(0, -1)}${last}`)).toEqual({ search: [], list: [] });
  }
  const [ofOther] = await fingerprintsOf(other.keyId);
  expect(await found(must(ofOther, 'made here'))).toEqual({ search: ['Other'], list: ['Other'] });
});

it('a secret that was stored without such a hash has no fingerprint and is found by none', async () => {
  const { key } = await makeKey(world, subjects, { name: 'Early' });
  world.db.secrets.insert({
    ...{ keyId: key.keyId, version: 2, hash: Buffer.alloc(32, 1), pepperVersion: 1, last4: '1234' },
    ...{ isImported: 0, originHash: null, createdAtMs: world.nowMs() },
  });
  expect((await fingerprintsOf(key.keyId))[0]).toBeNull();
  expect((await world.call('keys.find', { text: '000000000000' })).items).toEqual([]);
});
