import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import type * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Backup } from '#contract/backups.ts';
import { verifyAudit } from '#main/audit/verify-audit.ts';
import { inspectStore } from '#main/sqlite/inspect-store.ts';
import { newDataPath, renameSetting, startTestStore, type TestStore } from '#main/wire-store.test-support.ts';

/** Which moves of files the disk refuses, counted from 0. Temporary files of other writers do not count. */
const disk = vi.hoisted(() => ({ moves: -1, fails: (_move: number): boolean => false }));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  return {
    ...real,
    renameSync: (from: string, to: string) => {
      if (!from.endsWith('.tmp') && disk.fails((disk.moves += 1))) {
        throw Object.assign(new Error('EIO: i/o error, rename'), { code: 'EIO' });
      }
      real.renameSync(from, to);
    },
  };
});

let path: string;
let running: TestStore;
let backup: Backup;
beforeEach(async () => {
  path = newDataPath();
  running = await startTestStore(path);
  renameSetting(running, 'old@example.com');
  backup = await (await running.wired.backups()).create(running.owner());
  renameSetting(running, 'new@example.com');
  disk.moves = -1;
});
afterEach(() => {
  diskIsWell();
  running.stop();
});

const diskIsWell = () => {
  disk.fails = () => false;
};
const restore = async () =>
  (await running.wired.backups()).restore(running.owner(), { backupId: backup.id, dryRun: false });
const contact = () => running.wired.store.db.settings.list().find((row) => row.name === 'helpContact')?.value;
const auditIsWhole = () => verifyAudit(running.owner(), running.wired.anchor.anchor).ok;
const keptStores = () =>
  readdirSync(join(path, 'moved-aside'))
    .filter((name) => name.endsWith('.db'))
    .map((name) => inspectStore(join(path, 'moved-aside', name), join(path, 'look')));
const restarted = async () => {
  running.stop();
  running = await startTestStore(path);
};

/** keys.db, its head, the prepared file: closing has removed the log. */
const MOVES = [0, 1, 2];

describe('a restore of which a move fails', () => {
  it.each(MOVES)('at step %i is undone, in the running program and at the next start', async (step) => {
    disk.fails = (move) => move === step;
    await expect(restore()).rejects.toThrow('EIO');
    diskIsWell();
    expect(contact()).toBe('"new@example.com"');
    expect(keptStores()).toEqual([]);
    renameSetting(running, 'newer@example.com');
    await restarted();
    expect(contact()).toBe('"newer@example.com"');
    expect(auditIsWhole()).toBe(true);
    expect(running.wired.anchor.anchor.broken).toBeNull();
    expect(await restore()).toMatchObject({ restored: true });
    expect(contact()).toBe('"old@example.com"');
  });

  it.each(MOVES)(
    'at step %i, and all that follow, leaves no store that answers and loses none: the next start settles it',
    async (step) => {
      disk.fails = (move) => move >= step;
      await expect(restore()).rejects.toThrow();
      // Before the first move there is nothing to undo.
      expect(running.wired.store.isUsable()).toBe(step === 0);
      if (step > 0) {
        expect(existsSync(running.directory.keysDatabase)).toBe(false);
        expect(() => running.wired.store.db.verify.findService('\0'.repeat(32), 0)).toThrow();
        expect(() => {
          renameSetting(running, 'lost@example.com');
        }).toThrow();
        running.stop();
        await expect(startTestStore(path)).rejects.toMatchObject({ name: 'StartError', exitCode: 4 });
        expect(existsSync(running.directory.keysDatabase)).toBe(false);
      }
      diskIsWell();
      await restarted();
      expect(contact()).toBe(step === 0 ? '"new@example.com"' : '"old@example.com"');
      expect(auditIsWhole()).toBe(true);
      expect(running.wired.anchor.anchor.broken).toBeNull();
      if (step > 0) expect(keptStores()).toMatchObject([{ kind: 'sound', facts: { auditCount: 3 } }]);
      expect(existsSync(running.directory.restoreMarker)).toBe(false);
    },
  );
});

it('a restore never writes over a store that was moved aside before', async () => {
  const owner = running.owner();
  const atOneMoment = async () =>
    (await running.wired.backups()).restore(owner, { backupId: backup.id, dryRun: false });
  const { movedAside } = await atOneMoment();
  const [first] = keptStores();
  const again = await atOneMoment();
  expect(again.movedAside).toBe(movedAside?.replace(/\.db$/, '-2.db'));
  expect(running.wired.store.db.audit.last()?.after).toMatchObject({ movedAside: again.movedAside });
  expect(keptStores()).toHaveLength(2);
  expect(keptStores()).toContainEqual(first);
});

it.each(['', '{', '{"restoreId":7}', '[]'])(
  'a marker of a restore that holds %j stops the start with a sentence that names it, and changes nothing',
  async (text) => {
    running.stop();
    copyFileSync(running.directory.keysDatabase, join(path, 'keys.db.restored'));
    writeFileSync(running.directory.restoreMarker, text, { mode: 0o600 });
    await expect(startTestStore(path)).rejects.toMatchObject({
      name: 'StartError',
      exitCode: 4,
      message: expect.stringContaining(running.directory.restoreMarker) as string,
    });
    expect(existsSync(join(path, 'keys.db.restored'))).toBe(true);
    expect(existsSync(running.directory.keysDatabase)).toBe(true);
  },
);
