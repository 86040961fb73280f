import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

function newPublicKey(): { readonly pem: string; readonly raw: string } {
  const { publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const raw = Buffer.from(x, 'base64url').toString('base64');
  return { raw, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

it('a public key is taken as PEM or base64, kept as base64, and is in the audit trail; null takes it away', async () => {
  const [one, two] = [newPublicKey(), newPublicKey()];
  const { key } = await makeKey(world, subjects);
  const { keyId } = key;
  expect(key.signedBy).toBeNull();
  const changed = await world.call('keys.update', { keyId, signedBy: { publicKeys: [one.pem, two.raw] } });
  expect(changed.signedBy).toEqual({ publicKeys: [one.raw, two.raw], coversBody: false });
  expect((await world.call('keys.get', { keyId })).signedBy).toEqual(changed.signedBy);
  const [event] = (await world.call('audit.list', { filter: { subjectId: keyId } })).items;
  expect(event).toMatchObject({ before: { signedBy: null }, after: { signedBy: changed.signedBy } });
  // What is not named stays.
  expect((await world.call('keys.update', { keyId, name: 'Other' })).signedBy).toEqual(changed.signedBy);
  expect((await world.call('keys.update', { keyId, signedBy: null })).signedBy).toBeNull();
  const made = await makeKey(world, subjects, { signedBy: { publicKeys: [one.raw], coversBody: true } });
  expect(made.key.signedBy).toEqual({ publicKeys: [one.raw], coversBody: true });
});

it('what is no public key of Ed25519, one that anybody can sign for, none, two alike or four are refused', async () => {
  const { key } = await makeKey(world, subjects);
  const { keyId } = key;
  const { raw } = newPublicKey();
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  const secret = generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  // Points of small order, of which one signature fits every text.
  const weak = ['00'.repeat(32), `01${'00'.repeat(31)}`, `ec${'ff'.repeat(30)}7f`];
  const lists = [
    [],
    [raw, raw],
    Array.from({ length: 4 }, () => newPublicKey().raw),
    [raw.slice(0, 40)],
    [`${raw.slice(0, 42)}B=`],
    ['not a key'],
    [ec.export({ type: 'spki', format: 'pem' }).toString()],
    [secret],
    ...weak.map((hex) => [Buffer.from(hex, 'hex').toString('base64')]),
  ];
  for (const publicKeys of lists) {
    const refused = await world.refusal('keys.update', { keyId, signedBy: { publicKeys } });
    expect(refused, publicKeys.join()).toMatchObject({ code: 'INVALID_INPUT' });
    // A private key that was pasted by mistake is told to nobody.
    expect(JSON.stringify(refused)).not.toContain(secret.split('\n')[1]);
  }
  expect((await world.call('keys.get', { keyId })).signedBy).toBeNull();
});
