import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { formatAdminToken } from './domain/key-format.ts';
import { StartError } from './platform/start-error.ts';
import { findAdmin } from './tokens/find-admin.ts';
import { fingerprints, newDataPath, renameSetting, startTestStore } from './wire-store.test-support.ts';

async function usedDirectory(): Promise<string> {
  const path = newDataPath();
  const store = await startTestStore(path);
  for (let n = 0; n < 20; n += 1) renameSetting(store, `team${String(n)}@example.com`);
  await (await store.wired.backups()).create(store.owner());
  store.stop();
  return path;
}

async function startError(path: string, environment = {}): Promise<StartError> {
  const error: unknown = await startTestStore(path, environment).then(
    (store) => {
      store.stop();
      return null;
    },
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StartError))
    throw new Error('The start should have been refused.', { cause: error });
  return error;
}

describe('a first start', () => {
  it('makes every directory 0700 and every file 0600, whatever the umask', async () => {
    const before = process.umask(0o000);
    try {
      const path = await usedDirectory();
      const modes = readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => {
        const stat = statSync(join(path, name));
        return `${stat.isDirectory() ? 'd' : 'f'} ${(stat.mode & 0o777).toString(8)}`;
      });
      expect(new Set(modes)).toEqual(new Set(['d 700', 'f 600']));
      expect(statSync(path).mode & 0o777).toBe(0o700);
    } finally {
      process.umask(before);
    }
  });

  it('takes over a directory whose first start was killed before the store was whole', async () => {
    const path = newDataPath();
    const store = await startTestStore(path);
    store.stop();
    for (const name of ['keys.db', 'instance.json', 'audit-head.json']) rmSync(join(path, name));
    writeFileSync(join(path, 'keys.db.new'), 'half a store');
    const again = await startTestStore(path);
    expect(again.wired.store.db.audit.total()).toBe(0);
    again.stop();
  });

  it('makes the given token the first owner token, also after a kill in between, and ignores another one later', async () => {
    const path = newDataPath();
    (await startTestStore(path)).stop();
    const first = formatAdminToken('a'.repeat(43));
    const store = await startTestStore(path, { LATCHKEY_ADMIN_TOKEN: first });
    const principal = (token: string) =>
      findAdmin(
        { db: store.wired.store.db, keyring: store.wired.keyring, nowMs: store.owner().nowMs },
        token,
      );
    expect(principal(first)).toMatchObject({ role: 'owner', actor: { kind: 'token' } });
    expect(store.wired.store.db.audit.last()).toMatchObject({
      action: 'tokens.create',
      actor: { kind: 'system' },
    });
    store.stop();
    const other = formatAdminToken('b'.repeat(43));
    const again = await startTestStore(path, { LATCHKEY_ADMIN_TOKEN: other });
    expect(again.wired.store.db.adminTokens.list()).toHaveLength(1);
    expect(again.logLines.join('')).toContain('LATCHKEY_ADMIN_TOKEN is ignored');
    expect(again.logLines.join('')).not.toContain(other);
    again.stop();
  });

  it('refuses a data directory that is a symbolic link', async () => {
    const path = newDataPath();
    (await startTestStore(path)).stop();
    symlinkSync(path, `${path}-link`);
    expect(await startError(`${path}-link`)).toMatchObject({ exitCode: 2 });
  });
});

describe('a start on a store that is not as it should be', () => {
  let sound: string;
  let other: string;
  beforeAll(async () => {
    [sound, other] = [await usedDirectory(), await usedDirectory()];
  });

  const store = (path: string) => join(path, 'keys.db');
  const overwrite = (path: string, offset: number, bytes: Buffer) => {
    const content = readFileSync(store(path));
    bytes.copy(content, offset);
    writeFileSync(store(path), content);
  };
  const alter = (path: string, sql: string) => {
    const handle = new Database(store(path));
    handle.exec(sql);
    handle.close();
  };

  const FAULTS: readonly (readonly [string, (path: string) => void, RegExp])[] = [
    [
      'is missing',
      (path) => {
        rmSync(store(path));
      },
      /is missing.*No empty store/,
    ],
    [
      'is missing together with its marker',
      (path) => {
        rmSync(store(path));
        rmSync(join(path, 'instance.json'));
      },
      /is missing/,
    ],
    [
      'is empty',
      (path) => {
        truncateSync(store(path));
      },
      /damaged.*empty/,
    ],
    [
      'is garbage',
      (path) => {
        writeFileSync(store(path), Buffer.alloc(40_960, 0x5a));
      },
      /not a database/,
    ],
    [
      'has lost its end',
      (path) => {
        truncateSync(store(path), Math.floor(statSync(store(path)).size / 8192) * 4096);
      },
      /end is missing/,
    ],
    [
      'has a page of noise',
      (path) => {
        overwrite(path, 3 * 4_096, Buffer.alloc(4_096, 0xa7));
      },
      /damaged/,
    ],
    [
      'has flipped bits at the start of a page',
      (path) => {
        overwrite(path, 2 * 4_096, Buffer.alloc(8, 0xff));
      },
      /damaged/,
    ],
    [
      'belongs to another program',
      (path) => {
        alter(path, 'PRAGMA application_id = 1');
      },
      /another program/,
    ],
    [
      'was written by a newer version',
      (path) => {
        alter(path, "PRAGMA user_version = 999; UPDATE store SET value = '9.8.7' WHERE name = 'app_version'");
      },
      /written by Latchkey 9\.8\.7/,
    ],
    [
      'is the store of another installation',
      (path) => {
        copyFileSync(store(other), store(path));
      },
      /another installation/,
    ],
  ];

  it.each(FAULTS)(
    'refuses a store that %s with exit code 4, and leaves every byte as it was',
    async (_name, spoil, message) => {
      const path = newDataPath();
      spawnSync('cp', ['-a', sound, path]);
      spoil(path);
      const before = fingerprints(path);
      const error = await startError(path);
      expect(error.exitCode).toBe(4);
      expect(error.message).toMatch(message);
      expect(error.message).toContain(store(path));
      expect(fingerprints(path)).toEqual(before);
    },
  );

  it('refuses a store with the write-ahead log of another one, and leaves both as they were', async () => {
    const foreign = newDataPath();
    const running = await startTestStore(foreign);
    for (let n = 0; n < 50; n += 1) renameSetting(running, `x${String(n)}@example.com`);
    const path = newDataPath();
    spawnSync('cp', ['-a', sound, path]);
    // Another process: reading the file of a running store in this one would drop its locks.
    spawnSync('cp', [`${store(foreign)}-wal`, `${store(path)}-wal`]);
    running.stop();
    expect(existsSync(`${store(path)}-wal`)).toBe(true);
    const before = fingerprints(path);
    expect(await startError(path)).toMatchObject({ exitCode: 4 });
    expect(fingerprints(path)).toEqual(before);
  });

  it.each([
    ['edited at its end', "UPDATE audit_events SET reason = 'x' WHERE seq = 21", 21],
    ['edited everywhere', "UPDATE audit_events SET reason = 'x'", 21],
    [
      'continued by a forged event',
      'INSERT INTO audit_events SELECT 22, at_ms, actor_kind, actor_id, actor_name, action, subject_kind, subject_id, subject_name, before, after, reason, zeroblob(32) FROM audit_events WHERE seq = 21',
      22,
    ],
  ])(
    'starts all the same when the audit trail was %s, and says that it is broken',
    async (_name, sql, seq) => {
      const path = newDataPath();
      spawnSync('cp', ['-a', sound, path]);
      alter(path, sql);
      for (let start = 0; start < 2; start += 1) {
        const again = await startTestStore(path);
        expect(again.wired.anchor.anchor.firstBad).toBe(seq);
        expect(again.wired.anchor.anchor.broken).not.toBeNull();
        renameSetting(again, 'goes-on@example.com');
        again.stop();
      }
    },
  );

  it('names the newest backup, and starts again once that is copied back as told', async () => {
    const path = newDataPath();
    spawnSync('cp', ['-a', sound, path]);
    truncateSync(store(path));
    const { message } = await startError(path);
    const backup = /copy (\S+\.db) to (\S+keys\.db)\./.exec(message);
    expect(backup?.[2]).toBe(store(path));
    copyFileSync(backup?.[1] ?? '', store(path));
    const again = await startTestStore(path);
    expect(again.wired.store.db.audit.total()).toBe(20);
    // The event of the backup itself is younger than its copy: that is not hidden.
    expect(again.wired.anchor.anchor.broken).toMatch(/21 audit events; now .* 20/);
    again.stop();
  });

  it('never makes a new master secret for a store that has one, and refuses another one', async () => {
    const path = newDataPath();
    spawnSync('cp', ['-a', sound, path]);
    const masterKey = join(path, 'master.key');
    renameSync(masterKey, `${masterKey}.away`);
    expect(await startError(path)).toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('is missing') as string,
    });
    expect(existsSync(masterKey)).toBe(false);
    writeFileSync(masterKey, Buffer.alloc(32, 9).toString('base64'), { mode: 0o600 });
    expect(await startError(path)).toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('not the one') as string,
    });
    renameSync(`${masterKey}.away`, masterKey);
    (await startTestStore(path)).stop();
  });

  it('writes a lost marker anew when the store itself is whole', async () => {
    const path = newDataPath();
    spawnSync('cp', ['-a', sound, path]);
    const marker = join(path, 'instance.json');
    const { instanceId } = JSON.parse(readFileSync(marker, 'utf8')) as { instanceId: string };
    rmSync(marker);
    (await startTestStore(path)).stop();
    expect(JSON.parse(readFileSync(marker, 'utf8'))).toMatchObject({ instanceId });
  });
});

it('refuses a second process with exit code 3 within a second, naming the first, and lets it in when the first has been killed', async () => {
  const path = newDataPath();
  const store = await startTestStore(path);
  const script = `
    import { prepareDataDirectory } from '#main/platform/data-directory.ts';
    import { lockDirectory } from '#main/lock-directory.ts';
    try { lockDirectory(prepareDataDirectory(process.argv[1]), 0); process.kill(process.pid, 'SIGKILL'); }
    catch (error) { console.error(error.message); process.exit(error.exitCode); }`;
  const second = () =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script, path], { encoding: 'utf8' });
  const before = fingerprints(path);
  const startedAt = performance.now();
  const refused = second();
  expect(refused.status).toBe(3);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  expect(refused.stderr).toContain(`process ${String(process.pid)}`);
  expect(fingerprints(path)).toEqual(before);
  renameSetting(store, 'still@example.com');
  store.stop();
  expect(second().signal).toBe('SIGKILL');
  (await startTestStore(path)).stop();
});
