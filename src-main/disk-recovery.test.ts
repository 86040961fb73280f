import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createRunCommand } from './audit/run-command.ts';
import { DiskRecovery } from './disk-recovery.ts';
import { CHAIN_START } from './domain/audit-chain.ts';
import { createLogger } from './platform/logger.ts';
import { createStore } from './sqlite/create-store.ts';
import { WithheldKeys } from './verify/withheld-keys.ts';
import { newDataPath, renameSetting, startTestStore, type TestStore } from './wire-store.test-support.ts';

const SILENT = createLogger({ write: () => undefined });
const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

it('after one failure of the disk the store is opened anew and goes on, with what was learned of last uses', async () => {
  const store = await startTestStore(newDataPath());
  const { wired } = store;
  renameSetting(store, 'a@example.com');
  const before = wired.store.db;
  before.lastUsed.touch('k7Qd2mX9pR4t' as never, 1, 5 as never);
  wired.disk.noticed();
  expect(wired.disk.hasFailed).toBe(true);
  await soon();
  expect(wired.disk.hasFailed).toBe(false);
  expect(wired.store.db).not.toBe(before);
  expect(wired.store.db.lastUsed.keyAt('k7Qd2mX9pR4t' as never)).toBe(5);
  renameSetting(store, 'b@example.com');
  expect(wired.store.db.audit.total()).toBe(2);
  store.stop();
});

it('on a disk that became read-only the store stays open to be read, and is opened anew when the disk can be written again', async () => {
  const store = await startTestStore(newDataPath());
  const { store: keys, instanceId, anchor, logger } = { ...store.wired, logger: SILENT };
  renameSetting(store, 'a@example.com');
  const before = keys.db;
  let isReadOnly = true;
  const changes: string[] = [];
  const disk: DiskRecovery = new DiskRecovery({
    store: keys,
    instanceId,
    anchor,
    logger,
    isReadOnly: () => isReadOnly,
    retryMs: 5,
    onChange: () => changes.push(disk.isReadOnly ? 'read-only' : disk.hasFailed ? 'failed' : 'well'),
  });
  disk.noticed();
  disk.noticed();
  await soon();
  expect([disk.isReadOnly, disk.hasFailed, keys.isUsable()]).toEqual([true, false, true]);
  expect(keys.db).toBe(before);
  isReadOnly = false;
  await vi.waitFor(() => {
    expect(changes).toEqual(['read-only', 'failed', 'well']);
  });
  expect(keys.db).not.toBe(before);
  renameSetting(store, 'b@example.com');
  expect(keys.db.audit.total()).toBe(2);
  store.stop();
});

it('on a read-only disk a command is refused before anything is written; a key that it revokes is withheld all the same', async () => {
  const store = await startTestStore(newDataPath());
  const { db } = store.wired.store;
  const withheld = new WithheldKeys();
  let isOn = true;
  const { nowMs, actor } = store.owner();
  const command = createRunCommand(
    {
      db: () => db,
      keyring: store.wired.keyring,
      anchor: () => undefined,
      announce: () => undefined,
      freeBallast: () => false,
      onDiskError: () => undefined,
      readOnly: { isOn: () => isOn, withhold: (wanted, atMs) => withheld.add(wanted, atMs) },
    },
    { actor, nowMs },
  );
  const run = (action: string) => () =>
    command(() => {
      db.settings.put('helpContact', '"kept"');
      const subject = { kind: 'key', id: 'k7Qd2mX9pR4t', name: 'Key' } as const;
      return { value: 'done', audit: { action, subject }, changed: ['keys'] };
    });
  const refused = expect.objectContaining({ code: 'STORAGE_READ_ONLY' }) as unknown;
  expect(run('keys.create')).toThrow(refused);
  expect(withheld.count).toBe(0);
  expect(run('keys.revoke')).toThrow(refused);
  expect(withheld.count).toBe(1);
  const broken = () => {
    throw new Error('There is no such key.');
  };
  expect(() => command(broken)).toThrow('There is no such key.');
  expect([db.audit.total(), db.settings.list()]).toEqual([0, []]);
  isOn = false;
  expect(run('keys.revoke')()).toBe('done');
  expect(db.audit.total()).toBe(1);
  store.stop();
});

it('a commit that met the failure and was kept after all is counted', async () => {
  const store = await startTestStore(newDataPath());
  const { wired } = store;
  renameSetting(store, 'a@example.com');
  const acknowledged = wired.anchor.anchor.head;
  renameSetting(store, 'b@example.com');
  const kept = wired.anchor.anchor.head;
  wired.anchor.advance(acknowledged);
  wired.disk.noticed();
  await soon();
  expect(wired.disk.hasFailed).toBe(false);
  expect(wired.anchor.anchor.head).toEqual(kept);
  store.stop();
});

it.each<[string, (store: TestStore, older: string) => void]>([
  [
    'is gone',
    ({ directory }) => {
      rmSync(directory.keysDatabase);
    },
  ],
  [
    'is empty',
    ({ directory }) => {
      rmSync(directory.keysDatabase);
      writeFileSync(directory.keysDatabase, '');
    },
  ],
  [
    'lacks acknowledged changes',
    ({ directory }, older) => {
      rmSync(directory.keysDatabase);
      // The log alone would bring the changes back.
      rmSync(`${directory.keysDatabase}-wal`);
      copyFileSync(older, directory.keysDatabase);
    },
  ],
  [
    'is of another installation',
    ({ directory, wired }) => {
      const facts = { app_version: '1', pepper_fingerprint: 'x', created_at_ms: '1' };
      rmSync(directory.keysDatabase);
      createStore(directory.keysDatabase, { ...facts, instance_id: 'other' });
      wired.anchor.replace({ count: 0, hash: CHAIN_START });
    },
  ],
  [
    'is damaged',
    ({ directory }) => {
      rmSync(directory.keysDatabase);
      writeFileSync(directory.keysDatabase, Buffer.alloc(8_192, 7));
    },
  ],
])(
  'when the file %s then, the store stays closed, nobody gets an answer out of an empty one, and it is said',
  async (_name, spoil) => {
    const store = await startTestStore(newDataPath());
    const { wired, directory } = store;
    renameSetting(store, 'a@example.com');
    const { id } = await (await wired.backups()).create(store.owner());
    renameSetting(store, 'b@example.com');
    spoil(store, join(directory.backups, `${id}.db`));
    const wasThere = existsSync(directory.keysDatabase);
    wired.disk.noticed();
    await soon();
    expect(wired.disk.hasFailed).toBe(true);
    expect(wired.store.isUsable()).toBe(false);
    expect(() => wired.store.db.verify.findService('\0'.repeat(32), 0)).toThrow();
    expect(() => {
      renameSetting(store, 'c@example.com');
    }).toThrow();
    expect(existsSync(directory.keysDatabase)).toBe(wasThere);
    expect(store.logLines.join('')).toContain('could not be opened anew');
    expect(store.logLines.join('')).not.toContain('is whole');
    store.stop();
  },
);
