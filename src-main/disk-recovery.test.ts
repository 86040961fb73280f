import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHAIN_START } from './domain/audit-chain.ts';
import { createStore } from './sqlite/create-store.ts';
import { newDataPath, renameSetting, startTestStore, type TestStore } from './wire-store.test-support.ts';

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
