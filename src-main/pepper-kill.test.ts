import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepToken } from './tokens/create-token.ts';
import { findAdmin } from './tokens/find-admin.ts';
import { dropPepper, rotatePepper } from './tokens/rotate-pepper.ts';
import { newDataPath, startTestStore, type TestStore } from './wire-store.test-support.ts';
import { formatAdminToken } from './domain/key-format.ts';

const ROUNDS = 3;
const PARTS = (path: string) => ({ path: join(path, 'peppers.json'), flushRehashes: () => undefined });
const textOf = (name: string) => formatAdminToken(name.padEnd(43, '0'));

function give(store: TestStore, name: string): string {
  keepToken(store.owner(), { name, role: 'owner', expiresAt: null }, textOf(name));
  return name;
}

/** Does a token that was made under whatever pepper still let in? */
function isKnown({ wired, owner }: TestStore, name: string): boolean {
  const { nowMs } = owner();
  return findAdmin({ db: wired.store.db, keyring: wired.keyring, nowMs }, textOf(name)) !== null;
}

const versionsIn = (path: string) =>
  Object.keys(JSON.parse(readFileSync(join(path, 'peppers.json'), 'utf8')) as object);

describe('a rotation of the pepper that is killed', () => {
  it('between its file and its commit has changed nothing, and the next one takes the pepper that lies there', async () => {
    const path = newDataPath();
    let store = await startTestStore(path);
    const before = give(store, 'before');
    const killed = () => {
      throw new Error('killed');
    };
    expect(() => void rotatePepper({ ...store.owner(), command: killed }, PARTS(path))).toThrow('killed');
    const lying = readFileSync(join(path, 'peppers.json'), 'utf8');
    store.stop();
    store = await startTestStore(path);
    expect(store.wired.keyring.peppers.current.version).toBe(1);
    const between = give(store, 'between');
    await rotatePepper(store.owner(), PARTS(path));
    expect(readFileSync(join(path, 'peppers.json'), 'utf8')).toBe(lying);
    const after = give(store, 'after');
    store.stop();
    store = await startTestStore(path);
    for (const name of [before, between, after]) expect(isKnown(store, name), name).toBe(true);
    store.stop();
  });

  it('between the commit of a drop and its file is finished at the next start', async () => {
    const path = newDataPath();
    let store = await startTestStore(path);
    await rotatePepper(store.owner(), PARTS(path));
    await rotatePepper(store.owner(), PARTS(path));
    const { command, ...owner } = store.owner();
    const killed: typeof command = (work) => {
      command(work);
      throw new Error('killed');
    };
    const drop = dropPepper({ ...owner, command: killed }, { version: 2, stopKeyIds: [] }, PARTS(path));
    await expect(drop).rejects.toThrow('killed');
    expect(versionsIn(path)).toEqual(['2', '3']);
    store.stop();
    store = await startTestStore(path);
    expect(versionsIn(path)).toEqual(['3']);
    expect(store.wired.keyring.peppers.retired.map(({ version }) => version)).toEqual([1]);
    store.stop();
  });

  it('at any moment loses no token that was acknowledged, and the store opens', async () => {
    const path = newDataPath();
    const script = `
      import { keepToken } from '#main/tokens/create-token.ts';
      import { dropPepper, rotatePepper } from '#main/tokens/rotate-pepper.ts';
      import { startTestStore } from '#main/wire-store.test-support.ts';
      import { formatAdminToken } from '#main/domain/key-format.ts';
      const [path, round] = process.argv.slice(1);
      const parts = { path: path + '/peppers.json', flushRehashes: () => undefined };
      const store = await startTestStore(path);
      process.send('ready');
      for (let count = 0; ; count += 1) {
        const name = 'r' + round + 'n' + count;
        const token = formatAdminToken(name.padEnd(43, '0'));
        keepToken(store.owner(), { name, role: 'owner', expiresAt: null }, token);
        await new Promise((sent) => process.send(name, sent));
        const { retired } = store.wired.keyring.peppers;
        if (retired.length < 3) await rotatePepper(store.owner(), parts);
        else {
          // What the oldest keeps is moved by hand, as uses would.
          const { version } = retired.at(-1);
          const { handle } = store.wired.store.db;
          handle.prepare('UPDATE admin_tokens SET revoked_at_ms = 1 WHERE pepper_version = ?').run(version);
          await dropPepper(store.owner(), { version, stopKeyIds: [] }, parts);
        }
      }`;
    for (let round = 0; round < ROUNDS; round += 1) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, path, String(round)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      const made: string[] = [];
      await new Promise<void>((resolve) => {
        child.on('message', (message) => {
          if (message === 'ready') setTimeout(() => child.kill('SIGKILL'), 3 + round * 23);
          else if (typeof message === 'string') made.push(message);
        });
        child.on('exit', () => {
          resolve();
        });
      });
      const store = await startTestStore(path);
      const { current, retired } = store.wired.keyring.peppers;
      const accepted = new Set([current, ...retired].map(({ version }) => version));
      const rows = store.wired.store.db.handle
        .prepare<[], { name: string; version: number; revoked: number | null }>(
          'SELECT name, pepper_version AS version, revoked_at_ms AS revoked FROM admin_tokens',
        )
        .all();
      const live = rows.filter(({ revoked }) => revoked === null);
      for (const { name, version } of live) {
        expect(accepted.has(version), name).toBe(true);
        expect(isKnown(store, name), name).toBe(true);
      }
      for (const name of made) expect(rows.map((row) => row.name)).toContain(name);
      store.stop();
    }
  }, 60_000);
});
