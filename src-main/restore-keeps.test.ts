import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Output } from '#contract/contract.ts';
import { decide, OWNER, ownerCalls, startTestCore } from './core.test-support.ts';
import type { Core } from './core.ts';
import { makeKey, makeSubjects } from './rpc/test-subjects.ts';

let core: Core;

const calls = ownerCalls(() => core);
const { call } = calls;

function verify(token: string, secret: string): string {
  return core.findService(token, null) === null ? 'no such service token' : decide(core, { token, secret });
}

async function makeWorld() {
  const subjects = await makeSubjects(calls);
  const world = { call, nowMs: core.clock.nowMs };
  return {
    serviceId: subjects.service.id,
    token: subjects.serviceToken,
    makeKey: async (name: string) => {
      const { key, text } = await makeKey(world, subjects, { name });
      return { keyId: key.keyId, secret: text };
    },
  };
}

beforeEach(async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'latchkey-keeps-')), 'data');
  core = await startTestCore(path);
});
afterEach(async () => {
  await core.close();
});

async function restore(backupId: Output<'backups.create'>['id']) {
  const dry = await call('backups.restore', { backupId, dryRun: true });
  const answer = await call('backups.restore', { backupId });
  expect(answer.revocationsKept).toBe(dry.revocationsKept);
  const event = (await call('audit.list', {})).items[0];
  expect(event).toMatchObject({
    action: 'backups.restore',
    after: { revocationsKept: answer.revocationsKept },
  });
  expect(await call('audit.verify', {})).toMatchObject({ ok: true });
  return { count: answer.revocationsKept, named: event?.after };
}

describe('a restore never brings back what was taken away since the backup', () => {
  it('a source that was blocked since stays blocked, one that was blocked then is so again, nobody keeps answers for longer, and no token is taken from more places', async () => {
    const world = await makeWorld();
    const { serviceId } = world;
    await call('services.update', {
      serviceId,
      keepLiveSeconds: 60,
      keepTestSeconds: 5,
      askedFrom: ['127.0.0.0/8'],
    });
    const add = async (network: string, expiresAt: number | null = null) =>
      (await call('blockedSources.add', { networks: [network], reason: 'Guesses keys', expiresAt })).items[0];
    const then = await add('198.51.100.0/24');
    await add('192.0.2.7', core.clock.nowMs() + 60_000);
    const backup = await call('backups.create', {});
    const { items } = await call('blockedSources.list', {});
    for (const { id } of items) await call('blockedSources.remove', { blockedSourceId: id });
    await add('203.0.113.9');
    await add('192.0.2.7');
    await call('services.update', {
      serviceId,
      keepLiveSeconds: 0,
      keepTestSeconds: 9,
      askedFrom: ['127.0.0.1'],
    });
    const kept = await restore(backup.id);
    expect(kept.named).toMatchObject({ blockedSources: ['192.0.2.7', '203.0.113.9'] });
    const blocked = (await call('blockedSources.list', {})).items;
    expect(blocked.map(({ network }) => network).toSorted()).toEqual([
      '192.0.2.7',
      '198.51.100.0/24',
      '203.0.113.9',
    ]);
    expect(blocked.find(({ network }) => network === '192.0.2.7')?.expiresAt).toBeNull();
    expect(blocked.map(({ id }) => id)).toContain(then?.id);
    expect(await call('services.get', { serviceId })).toMatchObject({
      keepLiveSeconds: 0,
      keepTestSeconds: 5,
      askedFrom: ['127.0.0.1'],
    });
  });

  it('a key revoked as leaked stays revoked, for the same reason and for good; others go on', async () => {
    const world = await makeWorld();
    const [leaked, sound] = [await world.makeKey('Leaked'), await world.makeKey('Sound')];
    const backup = await call('backups.create', {});
    await call('keys.revoke', { keyId: leaked.keyId, reason: 'leaked', note: 'In a public file' });
    const before = await call('keys.get', { keyId: leaked.keyId });
    const kept = await restore(backup.id);
    expect(kept).toMatchObject({ count: 1, named: { revokedKeys: [leaked.keyId] } });
    expect(verify(world.token, leaked.secret)).toBe('REVOKED');
    expect(verify(world.token, sound.secret)).toBe('VALID');
    expect(await call('keys.get', { keyId: leaked.keyId })).toMatchObject({
      status: 'revoked',
      revocation: before.revocation,
    });
    expect((await core.dispatch('keys.restore', { keyId: leaked.keyId }, OWNER)).ok).toBe(false);
  });

  it('a suspended key stays suspended', async () => {
    const world = await makeWorld();
    const key = await world.makeKey('Feed');
    const backup = await call('backups.create', {});
    await call('keys.suspend', { keyId: key.keyId, reason: 'Look into it' });
    expect(await restore(backup.id)).toMatchObject({ count: 1, named: { suspendedKeys: [key.keyId] } });
    expect(verify(world.token, key.secret)).toBe('SUSPENDED');
    await call('keys.resume', { keyId: key.keyId });
    expect(verify(world.token, key.secret)).toBe('VALID');
  });

  it('a rotated secret stays ended, and the secret that followed it works; the next rotation is as ever', async () => {
    const world = await makeWorld();
    const key = await world.makeKey('Feed');
    const backup = await call('backups.create', {});
    const rotated = await call('keys.rotate', { keyId: key.keyId, overlapMs: 0 });
    const old = verify(world.token, key.secret);
    expect(old).not.toBe('VALID');
    const fingerprints = async () =>
      (await call('keys.get', { keyId: key.keyId })).secrets.map(({ fingerprint }) => fingerprint);
    const before = await fingerprints();
    expect(before).not.toContain(null);
    expect(await restore(backup.id)).toMatchObject({ count: 1, named: { endedSecrets: [`${key.keyId} 1`] } });
    expect(await fingerprints()).toEqual(before);
    expect(verify(world.token, key.secret)).toBe(old);
    expect(verify(world.token, rotated.secret ?? '')).toBe('VALID');
    const next = await call('keys.rotate', { keyId: key.keyId, overlapMs: 3_600_000 });
    expect(verify(world.token, key.secret)).toBe(old);
    expect(verify(world.token, rotated.secret ?? '')).toBe('VALID');
    expect(verify(world.token, next.secret ?? '')).toBe('VALID');
  });

  it('an overlap that was ended early stays ended', async () => {
    const world = await makeWorld();
    const key = await world.makeKey('Feed');
    await call('keys.rotate', { keyId: key.keyId, overlapMs: 3_600_000 });
    expect(verify(world.token, key.secret)).toBe('VALID');
    const backup = await call('backups.create', {});
    await call('keys.endOverlap', { keyId: key.keyId });
    const old = verify(world.token, key.secret);
    expect((await restore(backup.id)).count).toBe(1);
    expect(verify(world.token, key.secret)).toBe(old);
  });

  it('a service token that a rotation ended stays ended, also when its row is gone; the new one works', async () => {
    const world = await makeWorld();
    const key = await world.makeKey('Feed');
    const backup = await call('backups.create', {});
    const tokens = [world.token];
    for (let n = 0; n < 3; n += 1) {
      tokens.push((await call('services.rotateToken', { serviceId: world.serviceId })).token ?? '');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect((await restore(backup.id)).count).toBe(1);
    expect(tokens.map((token) => verify(token, key.secret))).toEqual([
      'no such service token',
      'no such service token',
      'no such service token',
      'VALID',
    ]);
  });

  it('a service that was removed since comes back with the token it had', async () => {
    await makeWorld();
    await call('samples.create', {});
    const names = async () => (await call('services.list', {})).items.map(({ name }) => name);
    const before = await names();
    const backup = await call('backups.create', {});
    await call('samples.delete', {});
    expect(await names()).toHaveLength(before.length - 1);
    expect((await restore(backup.id)).count).toBe(0);
    expect(await names()).toEqual(before);
  });

  it('an enrolment token that was revoked since the backup brings no key, and its key stays revoked', async () => {
    const { makeKey, token } = await makeWorld();
    const { keyId } = await makeKey('Parent');
    const made = await call('enrolment.createToken', {
      keyId,
      name: 'Builds',
      childLifeMsMax: 3_600_000,
      expiresAt: Date.now() + 3_600_000,
    });
    const desk = await core.holder();
    const request = () => ({ ok: true, request: { version: '318' } }) as const;
    const enroll = () => desk.enroll({ token: made.token ?? '', clientIp: null, request });
    const child = enroll();
    if (child.kind !== 'made') throw new Error(child.kind);
    const { id: backupId } = await call('backups.create', {});
    const enrolmentTokenId = made.enrolmentToken.id;
    await call('enrolment.revokeToken', { enrolmentTokenId, revokesChildren: true });
    await call('backups.restore', { backupId, dryRun: false });
    expect(enroll().kind).toBe('unknown');
    expect(verify(token, child.answer.secret)).toBe('REVOKED');
  });

  it('a signing key that leaked signs nothing again, and a service that takes no tokens now takes none', async () => {
    const { makeKey, serviceId, token } = await makeWorld();
    const { secret: key } = await makeKey('Exchanged');
    await call('tokenExchange.update', { serviceId, isOn: true });
    const desk = await core.tokens();
    const verifyHere: Parameters<typeof desk.exchange>[0]['verify'] = (...asked) =>
      core.verifier.verify(...asked);
    const exchange = () =>
      desk.exchange({
        ...{ key, scopes: null, audience: null, clientIp: null, userAgent: undefined, verify: verifyHere },
      });
    const made = exchange();
    if (made.kind !== 'token') throw new Error(made.kind);
    expect(verify(token, made.answer.access_token)).toBe('VALID');
    const { id: backupId } = await call('backups.create', {});
    const { signingKeys } = await call('tokenExchange.rotateKey', { isCompromised: true });
    await call('tokenExchange.update', { serviceId, isOn: false });
    await call('backups.restore', { backupId, dryRun: false });
    expect(desk.jwks().keys.map(({ kid }) => kid)).toEqual(signingKeys.map(({ kid }) => kid));
    expect(verify(token, made.answer.access_token)).toBe('NOT_FOUND');
    expect(exchange()).toMatchObject({ kind: 'error', error: { error: 'invalid_target' } });
  });

  it('an admin token stays revoked, and nobody is locked out by that', async () => {
    const old = await call('tokens.create', { name: 'Old', role: 'owner' });
    const backup = await call('backups.create', {});
    const viewer = await call('tokens.create', { name: 'Viewer', role: 'viewer' });
    const fresh = await call('tokens.create', { name: 'New', role: 'owner' });
    await call('tokens.revoke', { tokenId: old.adminToken.id });
    expect(await restore(backup.id)).toMatchObject({
      count: 1,
      named: { revokedTokens: [old.adminToken.id] },
    });
    const found = [old, viewer, fresh].map(({ token }) => core.findAdmin(token ?? '')?.role ?? null);
    expect(found).toEqual([null, null, 'owner']);
  });
});
