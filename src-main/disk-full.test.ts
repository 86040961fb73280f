import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BALLAST_BYTES, buildBallast } from './platform/ballast.ts';
import { errorCode } from './platform/error-code.ts';
import { storageWarnings } from './system/storage-warnings.ts';
import { renameSetting, startTestStore, type TestStore } from './wire-store.test-support.ts';

/** A small disk of our own needs root and mount. Where they are missing, the same rules are proved in run-command.test.ts
 *  with a store that may not grow. */
const mountPoint = mkdtempSync(join(tmpdir(), 'latchkey-disk-'));
const isMounted =
  process.platform === 'linux' &&
  spawnSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=80m,mode=700', 'tmpfs', mountPoint]).status === 0;

afterAll(() => {
  if (isMounted) spawnSync('/usr/bin/umount', [mountPoint]);
});

const filler = join(mountPoint, 'filler');

/** Leaves not one free block. */
function fillDisk(): void {
  const file = openSync(filler, 'a');
  try {
    for (let bytes = 1024 * 1024; bytes >= 512;) {
      try {
        if (writeSync(file, Buffer.alloc(bytes, 1)) < bytes) bytes /= 2;
      } catch (error) {
        if (errorCode(error) !== 'ENOSPC') throw error;
        bytes /= 2;
      }
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function revoke(store: TestStore, size: number): void {
  store.owner().command(() => ({
    value: null,
    audit: {
      action: 'keys.revoke',
      subject: { kind: 'key', id: 'k', name: 'Feed' },
      after: { note: 'x'.repeat(size) },
    },
    changed: ['keys'],
  }));
}

it.runIf(isMounted)(
  'on a full disk nothing can be changed but access can be taken away; the ballast comes back with the space; a start on a full disk is possible',
  async () => {
    const store = await startTestStore(join(mountPoint, 'data'));
    const { directory, wired } = store;
    const warnings = () =>
      storageWarnings({
        directory,
        audit: { broken: wired.anchor.anchor.broken, isBehind: wired.anchor.isBehind },
        diskFailed: false,
        isReadOnly: false,
        withheldCount: 0,
        damage: null,
      }).map(({ code }) => code);
    try {
      expect(statSync(directory.ballast).size).toBe(BALLAST_BYTES);
      renameSetting(store, 'before@example.com');
      fillDisk();
      expect(() => {
        for (let n = 0; n < 200; n += 1) renameSetting(store, `${'y'.repeat(5_000)}${String(n)}`);
      }).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }));
      expect(existsSync(directory.ballast)).toBe(true);
      expect(warnings()).toContain('DISK_NEARLY_FULL');
      const before = wired.store.db.audit.total();
      revoke(store, 20_000);
      expect(wired.store.db.audit.last()).toMatchObject({ seq: before + 1, action: 'keys.revoke' });
      expect(existsSync(directory.ballast)).toBe(false);
      expect(warnings()).toContain('NO_RESERVE');
      expect(buildBallast(directory.ballast)).toBe(false);
      rmSync(filler);
      renameSetting(store, 'after@example.com');
      expect(buildBallast(directory.ballast)).toBe(true);
    } finally {
      store.stop();
    }
    const again = await startTestStore(join(mountPoint, 'data'));
    expect(again.wired.store.db.audit.last()).toMatchObject({ after: { helpContact: 'after@example.com' } });
    expect(again.wired.anchor.anchor.broken).toBeNull();
    fillDisk();
    again.stop();
    // Ending well gave some room back.
    fillDisk();
    const onFullDisk = await startTestStore(join(mountPoint, 'data'));
    revoke(onFullDisk, 20_000);
    expect(onFullDisk.wired.store.db.audit.last()?.action).toBe('keys.revoke');
    onFullDisk.stop();
  },
);

beforeAll(() => {
  if (!isMounted) console.warn('No small disk could be mounted (needs root): the full-disk test is skipped.');
});

it.runIf(isMounted)(
  'after a kill on a full disk the store is checked with the room of the ballast',
  async () => {
    rmSync(filler, { force: true });
    const path = join(mountPoint, 'killed');
    const store = await startTestStore(path);
    renameSetting(store, 'last@example.com');
    // What a kill leaves: the write-ahead log is not written back. Another process copies it, so that our locks stay.
    spawnSync('cp', ['-a', path, `${path}-copy`]);
    store.stop();
    fillDisk();
    expect(existsSync(join(`${path}-copy`, 'keys.db-wal'))).toBe(true);
    const again = await startTestStore(`${path}-copy`);
    expect(again.wired.store.db.audit.last()).toMatchObject({ after: { helpContact: 'last@example.com' } });
    again.stop();
  },
);
