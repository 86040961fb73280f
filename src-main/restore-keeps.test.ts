import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import { verifyRequest } from '#contract/verify.ts';
import { readConfig } from './config.ts';
import { type Core, startCore } from './core.ts';
import { createLogger } from './platform/logger.ts';

let core: Core;
const OWNER = {
  actor: { kind: 'desktop', id: 'desktop', name: 'Desktop' },
  role: 'owner',
  requestId: 'req_test',
} as const;

async function call<Name extends ProcedureName>(name: Name, input: CallInput<Name>): Promise<Output<Name>> {
  const reply = await core.dispatch(name, input, OWNER);
  if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`);
  return reply.data as Output<Name>;
}

function verify(token: string, secret: string) {
  const service = core.findService(token, null);
  if (service === null) return 'no such service token';
  const request = verifyRequest.parse({ key: secret, method: 'GET', path: '/inventory/42' });
  const outcome = core.verifier.verify(service, request);
  return outcome.kind === 'decision' ? outcome.decision.code : outcome.kind;
}

async function makeWorld() {
  const partner = await call('partners.create', {
    name: 'Acme',
    tier: 'external',
    contactEmail: 'a@acme.example',
  });
  const application = await call('applications.create', {
    partnerId: partner.id,
    name: 'Data feed',
    slug: 'datafeed',
    contactEmail: 'a@acme.example',
  });
  const { service, token } = await call('services.create', { name: 'Trade', slug: 'trade' });
  const scope = await call('scopes.create', {
    serviceId: service.id,
    name: 'inventory:read',
    rules: [{ effect: 'allow', methods: ['GET'], path: '/inventory/**' }],
  });
  const makeKey = async (name: string) => {
    const { key, secret } = await call('keys.create', {
      applicationId: application.id,
      name,
      environment: 'live',
      scopeIds: [scope.id],
      expiresAt: null,
      noExpiryReason: 'Test',
    });
    return { keyId: key.keyId, secret: secret ?? '' };
  };
  return { serviceId: service.id, token: token ?? '', makeKey };
}

beforeEach(async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'latchkey-keeps-')), 'data');
  core = await startCore({
    config: readConfig(['--data', path, '--port', '0', '--admin-port', '0'], {}),
    host: 'headless',
    secretStore: null,
    createRequestsWorker: () => new Worker(new URL('./requests/requests-worker.ts', import.meta.url)),
    logger: createLogger({ write: () => undefined }),
  });
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
    expect(await restore(backup.id)).toMatchObject({ count: 1, named: { endedSecrets: [`${key.keyId} 1`] } });
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
