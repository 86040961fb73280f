import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Announcement } from '#contract/events.ts';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import { verifyRequest } from '#contract/verify.ts';
import { readConfig } from './config.ts';
import { decide, makeTradeKey, OWNER, ownerCalls, startTestCore } from './core.test-support.ts';
import type { Core, CoreOptions } from './core.ts';
import { createClock } from './platform/clock.ts';
import { createLogger } from './platform/logger.ts';

let path: string;
let core: Core;
let lines: string[];

async function start(
  options: Partial<CoreOptions> = {},
  environment: Record<string, string> = {},
): Promise<Core> {
  lines = [];
  const logger = createLogger({ write: (line) => void lines.push(line) });
  return startTestCore(path, { logger, ...options }, environment);
}

beforeEach(async () => {
  path = join(mkdtempSync(join(tmpdir(), 'latchkey-core-')), 'data');
  core = await start();
});
afterEach(async () => {
  await core.close();
});

const calls = ownerCalls(() => core);
const { call, refusal } = calls;
const makeKey = () => makeTradeKey(calls);
const verify = (token: string, secret: string) => decide(core, { token, secret });

/** The trail is checked beside the start, which a busy machine holds up. */
const WARNED_WITHIN = { timeout: 10_000 };

describe('the core', () => {
  it('keeps keys, decisions and last use over a stop and a start', async () => {
    const { keyId, secret, token } = await makeKey();
    expect(verify(token, secret)).toBe('VALID');
    await core.close();
    core = await start();
    expect((await call('keys.get', { keyId })).lastUsedAt).not.toBeNull();
    expect(verify(token, secret)).toBe('VALID');
    expect((await call('requests.list', { filter: { keyId } })).items).toHaveLength(2);
    expect(await call('audit.verify', {})).toMatchObject({ ok: true });
  });

  it('tells of verifications that take as long as the setting says, by key id and request id, and of no faster ones', async () => {
    await core.close();
    let [stepMs, runMs] = [0, 0];
    core = await start({ clock: { ...createClock(), monotonicMs: () => (runMs += stepMs) } });
    const { keyId, secret, token } = await makeKey();
    verify(token, secret);
    stepMs = 60;
    verify(token, secret);
    const slowOnes = async () => (await call('system.status', {})).verify.slow;
    expect(await slowOnes()).toMatchObject({ fromMs: 50, count: 1, items: [{ keyId, code: 'VALID' }] });
    const [told] = (await slowOnes()).items;
    expect(told?.latencyUs).toBeGreaterThanOrEqual(50_000);
    expect(await call('requests.get', { requestId: told?.requestId ?? '' })).toMatchObject({ keyId });
    await call('settings.update', { slowVerifyMs: 60_000 });
    verify(token, secret);
    expect(await slowOnes()).toMatchObject({ fromMs: 60_000, count: 1 });
    await core.close();
    const line = lines.find((text) => text.includes('took long')) ?? '';
    expect(JSON.parse(line)).toMatchObject({ keyId, count: 1, requestId: told?.requestId });
    expect(line).not.toContain(secret.slice(-20));
  });

  it('refuses a blocked source at the next call, after a stop and a start, and as a restored backup has it; and warned of its good requests', async () => {
    const { keyId, secret, token } = await makeKey();
    const codeFrom = (clientIp: string): string => {
      const service = core.findService(token, null);
      if (service === null) throw new Error('The service is not known.');
      const request = { key: secret, method: 'GET', path: '/inventory/42', clientIp };
      const outcome = core.verifier.verify(service, verifyRequest.parse(request));
      return outcome.kind === 'decision' ? outcome.decision.code : outcome.kind;
    };
    expect(codeFrom('203.0.113.9')).toBe('VALID');
    const networks = ['203.0.113.0/24'];
    const preview = await call('blockedSources.preview', { networks });
    expect(preview.items[0]?.goodTraffic).toMatchObject({ requests: 1, keys: [{ keyId }] });
    const { items } = await call('blockedSources.add', { networks, reason: 'Guesses keys' });
    expect([codeFrom('203.0.113.9'), codeFrom('203.0.114.9')]).toEqual(['IP_NOT_ALLOWED', 'VALID']);
    await core.close();
    core = await start();
    expect(codeFrom('203.0.113.9')).toBe('IP_NOT_ALLOWED');
    const backup = await call('backups.create', {});
    for (const { id } of items) await call('blockedSources.remove', { blockedSourceId: id });
    expect(codeFrom('203.0.113.9')).toBe('VALID');
    await call('backups.restore', { backupId: backup.id });
    expect(codeFrom('203.0.113.9')).toBe('IP_NOT_ALLOWED');
    const filter = { query: 'ip:203.0.113.0/24 detail:"blocked source"' };
    expect((await call('requests.list', { filter })).items).toHaveLength(3);
  });

  it('verifies against the restored store at once, and says so', async () => {
    const first = await makeKey();
    const backup = await call('backups.create', {});
    const { applicationId, scopeIds } = await call('keys.get', { keyId: first.keyId });
    const { key, secret } = await call('keys.create', {
      applicationId,
      name: 'Later',
      environment: 'live',
      scopeIds,
      expiresAt: null,
      noExpiryReason: 'Test',
    });
    expect(verify(first.token, secret ?? '')).toBe('VALID');
    const heard: Announcement[] = [];
    core.subscribe((announcement) => void heard.push(announcement));
    expect(await call('backups.restore', { backupId: backup.id })).toMatchObject({
      restored: true,
      now: { keyCount: 2 },
      inBackup: { keyCount: 1 },
      revocationsKept: 0,
    });
    expect(verify(first.token, first.secret)).toBe('VALID');
    expect(verify(first.token, secret ?? '')).toBe('NOT_FOUND');
    expect((await refusal('keys.get', { keyId: key.keyId })).code).toBe('KEY_NOT_FOUND');
    expect(heard.some(({ subjects }) => subjects.includes('keys'))).toBe(true);
    expect((await call('keys.list', { sort: '-lastUsed' })).items[0]?.lastUsedAt).not.toBeNull();
    expect(await call('audit.verify', {})).toMatchObject({ ok: true });
    await call('keys.suspend', { keyId: first.keyId, reason: 'Look into it' });
    expect(verify(first.token, first.secret)).toBe('SUSPENDED');
  });

  it('tells its status, and warns when the audit trail was cut', async () => {
    const { token, secret } = await makeKey();
    verify(token, secret);
    core.setListeners({ service: { url: 'http://127.0.0.1:1', isListening: true } });
    expect(await call('system.status', {})).toMatchObject({
      host: 'headless',
      dataDirectory: path,
      service: { url: 'http://127.0.0.1:1', isListening: true },
      admin: { isListening: false },
      verify: { count: 1 },
      log: { state: 'ok', lostRows: 0 },
      store: { keyCount: 1, auditCount: 5 },
    });
    const codes = async () => (await call('system.status', {})).warnings.map(({ code }) => code);
    expect(await codes()).not.toContain('AUDIT_TRAIL_BROKEN');
    await core.close();
    const handle = new Database(core.directory.keysDatabase);
    handle.exec('DELETE FROM audit_events WHERE seq >= 4');
    handle.close();
    core = await start();
    expect(await codes()).toContain('AUDIT_TRAIL_BROKEN');
    expect(await call('audit.verify', {})).toMatchObject({ ok: false });
  });

  it.each([
    ['at its end', 'seq = 5', 5],
    ['everywhere', 'seq > 0', 1],
    ['in the middle', 'seq = 2', 2],
  ])('goes on verifying and warns when the audit trail was edited %s', async (_name, where, firstBad) => {
    const { token, secret } = await makeKey();
    await core.close();
    const handle = new Database(core.directory.keysDatabase);
    handle.exec(`UPDATE audit_events SET reason = 'x' WHERE ${where}`);
    handle.close();
    core = await start();
    expect(verify(token, secret)).toBe('VALID');
    await vi.waitFor(async () => {
      const { warnings } = await call('system.status', {});
      const message = warnings.find(({ code }) => code === 'AUDIT_TRAIL_BROKEN')?.message;
      expect(message).toContain(`vent ${String(firstBad)} or`);
    }, WARNED_WITHIN);
    expect(await call('audit.verify', {})).toMatchObject({ ok: false, firstBad });
    await call('settings.update', { helpContact: 'help@example.com' });
    expect(await call('audit.verify', {})).toMatchObject({ ok: false, firstBad });
  });

  it('makes every file private', async () => {
    await makeKey();
    await call('backups.create', {});
    const open = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(
      (name) => (statSync(join(path, name)).mode & 0o077) !== 0,
    );
    expect(open).toEqual([]);
  });

  it('writes no secret to any file or log line', async () => {
    const { secret, token } = await makeKey();
    const { token: adminToken } = await call('tokens.create', { name: 'CI', role: 'owner' });
    expect(verify(token, secret)).toBe('VALID');
    await call('backups.create', {});
    await core.close();
    const needles = [secret, token, adminToken ?? ''].flatMap((text) => [
      text,
      text.slice(-40),
      Buffer.from(text).toString('base64').slice(4, 60),
    ]);
    for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
      const file = join(path, name);
      if (!statSync(file).isFile()) continue;
      const content = readFileSync(file);
      for (const needle of needles) expect(content.includes(needle), name).toBe(false);
    }
    for (const needle of needles) expect(lines.join('')).not.toContain(needle);
  });

  it('lets go of everything when it is closed, also twice, and after a start that failed', async () => {
    await Promise.all([core.close(), core.close()]);
    expect(existsSync(core.directory.owner)).toBe(false);
    await expect(start({}, { LATCHKEY_PEPPER: 'ab'.repeat(32) })).rejects.toMatchObject({ exitCode: 4 });
    core = await start();
    expect(await call('settings.get', {})).toEqual(DEFAULT_SETTINGS);
  });

  it('with a master secret from outside writes no master.key', async () => {
    await core.close();
    path = join(mkdtempSync(join(tmpdir(), 'latchkey-core-')), 'data');
    core = await start({}, { LATCHKEY_PEPPER: 'ab'.repeat(32) });
    expect(existsSync(join(path, 'master.key'))).toBe(false);
    await core.close();
    await expect(start()).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('master.key') as string,
    });
    core = await start({}, { LATCHKEY_PEPPER: 'ab'.repeat(32) });
  });
});

describe('settings', () => {
  it('are stored one by one, audited by name, and followed at once', async () => {
    const changed = await call('settings.update', { helpContact: 'help@example.com', backupKeepCount: 14 });
    expect(changed).toEqual({ ...DEFAULT_SETTINGS, helpContact: 'help@example.com' });
    expect(core.settings().helpContact).toBe('help@example.com');
    expect((await call('audit.list', {})).items[0]).toMatchObject({
      action: 'settings.update',
      subject: { kind: 'setting', id: 'helpContact' },
      before: { helpContact: null },
      after: { helpContact: 'help@example.com' },
    });
    expect(
      await call('settings.previewRetention', { requestRetentionDays: 1, requestStoreMbMax: 16 }),
    ).toEqual({
      rowsRemoved: 0,
      rowsKept: 0,
      oldestKeptAt: null,
    });
    expect(await refusal('settings.update', { servicePort: 0 })).toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'servicePort' }],
    });
  });

  it('decide the ports only where neither flag nor environment does', async () => {
    expect(core.portMoves.ports).toEqual({ service: 0, admin: 0 });
    await call('settings.update', { servicePort: 17_420 });
    await core.close();
    core = await start({ config: readConfig(['--data', path, '--admin-port', '0'], {}) });
    expect(core.portMoves.ports).toEqual({ service: 17_420, admin: 0 });
  });
});

describe('admin tokens', () => {
  it('are good until they are revoked or expired', async () => {
    const { adminToken, token: shown } = await call('tokens.create', { name: 'CI', role: 'issuer' });
    const token = shown ?? '';
    expect(core.findAdmin(token)).toEqual({
      actor: { kind: 'token', id: adminToken.id, name: 'CI' },
      role: 'issuer',
    });
    expect(core.isTokenLive(adminToken.id)).toBe(true);
    expect((await call('tokens.list', {})).items).toEqual([adminToken]);
    expect(JSON.stringify(await call('audit.list', {}))).not.toContain(token.slice(4, 30));
    await call('tokens.revoke', { tokenId: adminToken.id });
    expect(core.findAdmin(token)).toBeNull();
    expect(core.isTokenLive(adminToken.id)).toBe(false);
    expect(await refusal('tokens.revoke', { tokenId: adminToken.id })).toMatchObject({
      code: 'WRONG_STATUS',
    });
    const soon = core.clock.nowMs() + 50;
    const short = await call('tokens.create', { name: 'Short', role: 'viewer', expiresAt: soon });
    expect(core.findAdmin(short.token ?? '')).not.toBeNull();
    while (core.clock.nowMs() < soon) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(core.findAdmin(short.token ?? '')).toBeNull();
    expect(core.findAdmin(`${short.token ?? ''}x`)).toBeNull();
  });

  it('are refused with a name in use, an end in the past and an unknown id; a revoked name is free again', async () => {
    const { adminToken } = await call('tokens.create', { name: 'CI', role: 'owner' });
    expect(await refusal('tokens.create', { name: 'ci', role: 'viewer' })).toMatchObject({
      code: 'NAME_TAKEN',
      fields: [{ path: 'name' }],
    });
    expect(await refusal('tokens.create', { name: 'Late', role: 'viewer', expiresAt: 1 })).toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(await refusal('tokens.revoke', { tokenId: 'tok_0000000000000000' })).toMatchObject({
      code: 'TOKEN_NOT_FOUND',
    });
    expect(await refusal('tokens.revoke', { tokenId: adminToken.id })).toMatchObject({
      code: 'LAST_OWNER_TOKEN',
    });
    await call('tokens.create', { name: 'Other', role: 'owner' });
    await call('tokens.revoke', { tokenId: adminToken.id });
    await call('tokens.create', { name: 'CI', role: 'viewer' });
  });

  it('the last owner token may go where the desktop is there to make another', async () => {
    await core.close();
    core = await start({ host: 'desktop' });
    const { adminToken } = await call('tokens.create', { name: 'CI', role: 'owner' });
    expect((await call('tokens.revoke', { tokenId: adminToken.id })).revokedAt).not.toBeNull();
    expect(await call('system.whoami', {})).toEqual({ actor: OWNER.actor, role: 'owner', host: 'desktop' });
  });
});
