import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallInput } from '#contract/contract.ts';
import { decide, ownerCalls, startTestCore } from './core.test-support.ts';
import type { Core } from './core.ts';
import { makeKey, makeSubjects } from './rpc/test-subjects.ts';

let path: string;
let core: Core;
const calls = ownerCalls(() => core);
const { call, refusal } = calls;

beforeEach(async () => {
  path = join(mkdtempSync(join(tmpdir(), 'latchkey-pepper-')), 'data');
  core = await startTestCore(path);
});
afterEach(() => core.close());

async function restart(): Promise<void> {
  await core.close();
  core = await startTestCore(path);
}

async function makeWorld() {
  const subjects = await makeSubjects(calls);
  const token = subjects.serviceToken;
  return {
    newKey: async (name: string, more: Partial<CallInput<'keys.create'>> = {}) => {
      const { key, text } = await makeKey({ call, nowMs: core.clock.nowMs }, subjects, { name, ...more });
      return { keyId: key.keyId, secret: text };
    },
    verify: (secret: string): string =>
      core.findService(token, null) === null ? 'no such service token' : decide(core, { token, secret }),
  };
}

/** Keys and tokens that are still kept under retired peppers, by version of the pepper. */
async function left(): Promise<
  Record<number, { readonly keys: string[]; readonly tokens: readonly string[] }>
> {
  const { retired } = await call('peppers.status', {});
  return Object.fromEntries(
    retired.map(({ version, keys, tokens }) => [version, { keys: keys.map(({ name }) => name), tokens }]),
  );
}

describe('a rotation of the pepper', () => {
  it('stops no key and no token; what is used is kept under the new one, and the retired one goes when nothing is left', async () => {
    const world = await makeWorld();
    const { adminToken, token } = await call('tokens.create', { name: 'CI', role: 'viewer' });
    const [used, unused] = [await world.newKey('Used'), await world.newKey('Unused')];
    const { current, retired } = await call('peppers.rotate', {});
    expect([current.version, retired.map(({ version }) => version)]).toEqual([2, [1]]);
    expect(await left()).toEqual({
      1: { keys: ['Unused', 'Used'], tokens: ['Service Trade API', 'Admin token CI'] },
    });
    const fresh = await world.newKey('Fresh');
    for (const { secret } of [used, fresh]) expect(world.verify(secret)).toBe('VALID');
    expect(core.findAdmin(token ?? '')?.actor.id).toBe(adminToken.id);
    await vi.waitFor(async () => expect(await left()).toEqual({ 1: { keys: ['Unused'], tokens: [] } }));
    await restart();
    for (const { secret } of [used, unused, fresh]) expect(world.verify(secret)).toBe('VALID');
    expect(await call('peppers.drop', { version: 1 })).toMatchObject({
      current: { version: 2 },
      retired: [],
    });
    for (const { secret } of [used, unused, fresh]) expect(world.verify(secret)).toBe('VALID');
    expect(core.findAdmin(token ?? '')?.actor.id).toBe(adminToken.id);
    await restart();
    for (const { secret } of [used, unused, fresh]) expect(world.verify(secret)).toBe('VALID');
    const actions = (await call('audit.list', {})).items.map(({ action }) => action);
    expect(actions.filter((action) => action.startsWith('peppers.'))).toEqual([
      'peppers.drop',
      'peppers.rotate',
    ]);
    expect(await call('audit.verify', {})).toMatchObject({ ok: true });
  });

  it('lets a retired pepper go only when every key that would stop is named, and stops those alone', async () => {
    const world = await makeWorld();
    const [named, used] = [await world.newKey('Named'), await world.newKey('Used')];
    await call('peppers.rotate', {});
    expect((await refusal('peppers.drop', { version: 1 })).message).toContain('Service Trade API');
    expect(world.verify(used.secret)).toBe('VALID');
    const { code, message } = await refusal('peppers.drop', { version: 1 });
    expect([code, message]).toEqual([
      'WRONG_STATUS',
      expect.stringContaining(`1 key would stop for good: Named (${named.keyId})`),
    ]);
    expect((await refusal('peppers.drop', { version: 2 })).code).toBe('WRONG_STATUS');
    expect(world.verify(named.secret)).toBe('VALID');
    await call('peppers.rotate', {});
    await call('peppers.drop', { version: 1, stopKeyIds: [] });
    const late = await world.newKey('Late');
    await call('peppers.rotate', {});
    world.verify(used.secret);
    const stopKeyIds = [named.keyId, late.keyId];
    await call('peppers.drop', { version: 3, stopKeyIds });
    expect(world.verify(late.secret)).toBe('NOT_FOUND');
    expect(world.verify(used.secret)).toBe('VALID');
    const event = (await call('audit.list', { filter: { action: 'peppers.drop' } })).items[0];
    expect(event?.after).toEqual({ stoppedKeys: [late.keyId] });
  });

  it('goes on at most three times without a drop', async () => {
    for (let round = 0; round < 3; round += 1) await call('peppers.rotate', {});
    expect((await refusal('peppers.rotate', {})).code).toBe('WRONG_STATUS');
  });

  it('without its file nothing starts, and nothing is put in its place; with it all works again', async () => {
    const world = await makeWorld();
    await call('peppers.rotate', {});
    const { secret } = await world.newKey('New');
    await core.close();
    const file = join(path, 'peppers.json');
    const content = readFileSync(file, 'utf8');
    expect(content).not.toContain(secret);
    rmSync(file);
    await expect(startTestCore(path)).rejects.toThrow(/pepper 2, and .*peppers.json does not hold it/);
    for (const wrong of ['{', '{"2":"AAAA"}', '[]']) {
      writeFileSync(file, wrong, { mode: 0o600 });
      await expect(startTestCore(path)).rejects.toThrow('cannot be opened with this master secret');
    }
    writeFileSync(file, content, { mode: 0o600 });
    core = await startTestCore(path);
    expect(world.verify(secret)).toBe('VALID');
  });
});

describe('a restore over a rotation of the pepper', () => {
  it('keeps the accepted peppers and what was kept anew, so that everything of both works, and nothing that ended since', async () => {
    const world = await makeWorld();
    const [moved, rotated, still] = [
      await world.newKey('Moved'),
      await world.newKey('Rotated'),
      await world.newKey('Still'),
    ];
    const { secret: newest } = await call('keys.rotate', { keyId: rotated.keyId, overlapMs: 3_600_000 });
    const backup = await call('backups.create', {});
    await call('peppers.rotate', {});
    for (const secret of [moved.secret, rotated.secret, newest ?? ''])
      expect(world.verify(secret)).toBe('VALID');
    await vi.waitFor(async () => expect((await left())[1]?.keys).toEqual(['Still']));
    await call('keys.endOverlap', { keyId: rotated.keyId });
    await call('backups.restore', { backupId: backup.id });
    expect(await left()).toEqual({ 1: { keys: ['Still'], tokens: [] } });
    expect(world.verify(rotated.secret)).toBe('REVOKED');
    for (const secret of [moved.secret, newest ?? '', still.secret])
      expect(world.verify(secret)).toBe('VALID');
    await restart();
    for (const secret of [moved.secret, newest ?? '', still.secret])
      expect(world.verify(secret)).toBe('VALID');
  });

  it('names what the backup has under a pepper that was dropped since, and leaves the rest working', async () => {
    const world = await makeWorld();
    const [moved, lost] = [await world.newKey('Moved'), await world.newKey('Lost')];
    const backup = await call('backups.create', {});
    await call('peppers.rotate', {});
    expect(world.verify(moved.secret)).toBe('VALID');
    await call('peppers.drop', { version: 1, stopKeyIds: [lost.keyId] });
    const { revocationsKept } = await call('backups.restore', { backupId: backup.id });
    expect(revocationsKept).toBe(1);
    const event = (await call('audit.list', {})).items[0];
    expect(event?.after).toMatchObject({ unfoundSecrets: [`${lost.keyId} 1`] });
    expect([world.verify(moved.secret), world.verify(lost.secret)]).toEqual(['VALID', 'NOT_FOUND']);
  });
});
