import { spawn } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Backup } from '#contract/backups.ts';
import { verifyAudit } from '#main/audit/verify-audit.ts';
import { createApplication } from '#main/partners/create-application.ts';
import { createPartner } from '#main/partners/create-partner.ts';
import { inspectStore } from '#main/sqlite/inspect-store.ts';
import { newDataPath, renameSetting, startTestStore, type TestStore } from '#main/wire-store.test-support.ts';
import { backupPaths, readManifest } from './backup-files.ts';
import { NOTHING_KEPT } from './keep-withdrawals.ts';
import { prepareRestore, type RestoreMarker, swapStores } from './restore-steps.ts';

let path: string;
let running: TestStore;
beforeEach(async () => {
  path = newDataPath();
  running = await startTestStore(path);
  return () => {
    running.stop();
  };
});

const service = () => running.wired.backups();
const create = async () => (await service()).create(running.owner());
const contact = () => running.wired.store.db.settings.list().find((row) => row.name === 'helpContact')?.value;
const auditIsWhole = () => verifyAudit(running.owner(), running.wired.anchor.anchor).ok;
/** Rows of every table. */
const rowCounts = (): Readonly<Record<string, number>> => {
  const { handle } = running.wired.store.db;
  const tables = handle
    .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
    .all();
  const count = (table: string) => Number(handle.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  return Object.fromEntries(tables.map(({ name }) => [name, count(name)]));
};
const restarted = async () => {
  running.stop();
  running = await startTestStore(path);
};

describe('a backup', () => {
  it('is private, verified, described by figures of its own content, and in the audit trail', async () => {
    renameSetting(running, 'a@example.com');
    const backup = await create();
    expect(backup).toMatchObject({ keyCount: 0, auditCount: 1, isVerified: true });
    const paths = backupPaths(running.directory.backups, backup.id);
    expect([paths.copy, paths.manifest].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(readManifest(running.directory.backups, backup.id)?.auditHash).toMatch(/^[0-9a-f]{64}$/);
    expect((await service()).list().items).toEqual([backup]);
    expect(running.wired.store.db.audit.last()).toMatchObject({
      action: 'backups.create',
      subject: { id: backup.id },
    });
    expect(readdirSync(running.directory.backups)).toHaveLength(2);
  });

  it('made while the store is written to is consistent in itself', async () => {
    for (let n = 0; n < 400; n += 1) renameSetting(running, `warm${String(n)}@example.com`.repeat(20));
    let isDone = false;
    let written = 0;
    const writing = (async () => {
      while (!isDone) {
        renameSetting(running, `during${String((written += 1))}@example.com`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const backups: Backup[] = [];
    for (let n = 0; n < 5; n += 1) {
      backups.push(await create());
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    isDone = true;
    await writing;
    expect(written).toBeGreaterThan(5);
    for (const backup of backups) {
      const finding = inspectStore(
        backupPaths(running.directory.backups, backup.id).copy,
        join(path, 'look'),
      );
      expect(finding).toMatchObject({ kind: 'sound', facts: { auditCount: backup.auditCount } });
      if (finding.kind !== 'sound') continue;
      expect(finding.facts.newestEvents[0]?.seq).toBe(backup.auditCount);
    }
  });

  it('is refused while another one is going on', async () => {
    const first = create();
    await expect(create()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await first;
  });

  it('is made by itself when the last one is too old, and only the wanted number is kept', async () => {
    const settings = { backupEveryHours: 24, backupKeepCount: 2 };
    const at = (hours: number) => ({
      ...running.owner(),
      nowMs: (1_795_000_000_000 + hours * 3_600_000) as never,
    });
    const made = [];
    for (const hours of [0, 1, 25, 26, 50, 75])
      made.push(await (await service()).keepUp(at(hours), settings));
    expect(made).toEqual([true, false, true, false, true, true]);
    expect((await service()).list().items).toHaveLength(2);
    expect(readdirSync(running.directory.backups)).toHaveLength(4);
    expect(await (await service()).keepUp(at(500), { ...settings, backupEveryHours: 0 })).toBe(false);
  });
});

describe('a restore', () => {
  let backup: Backup;
  beforeEach(async () => {
    renameSetting(running, 'old@example.com');
    backup = await create();
    renameSetting(running, 'new@example.com');
  });
  const restore = async (dryRun: boolean) =>
    (await service()).restore(running.owner(), { backupId: backup.id, dryRun });

  it('only compares figures when it is a dry run', async () => {
    expect(await restore(true)).toEqual({
      restored: false,
      now: { keyCount: 0, auditCount: 3 },
      inBackup: { keyCount: 0, auditCount: 1 },
      revocationsKept: 0,
      movedAside: null,
    });
    expect(contact()).toBe('"new@example.com"');
  });

  it('puts the backup in place in the running program, keeps the former store, and writes its event into the restored trail', async () => {
    const answer = await restore(false);
    expect(contact()).toBe('"old@example.com"');
    expect(running.wired.store.db.audit.last()).toMatchObject({
      seq: 2,
      action: 'backups.restore',
      actor: { kind: 'desktop' },
    });
    expect(auditIsWhole()).toBe(true);
    expect(inspectStore(answer.movedAside ?? '', join(path, 'look'))).toMatchObject({
      kind: 'sound',
      facts: { auditCount: 3 },
    });
    await restarted();
    expect(contact()).toBe('"old@example.com"');
    expect(auditIsWhole()).toBe(true);
    expect(running.wired.anchor.anchor.broken).toBeNull();
  });

  it('after everything was wiped gives every table the rows it had, and the chain is whole', async () => {
    const { id: partnerId } = createPartner(running.owner(), {
      name: 'Acme',
      tier: 'external',
      contactName: null,
      contactEmail: 'a@acme.example',
      note: '',
      recipientKey: null,
    });
    createApplication(running.owner(), {
      partnerId,
      name: 'Data feed',
      slug: 'datafeed',
      contactEmail: 'a@acme.example',
      note: '',
      externalId: null,
    });
    const before = rowCounts();
    expect(before).toMatchObject({ partners: 1, applications: 1 });
    backup = await create();
    const { handle } = running.wired.store.db;
    handle.pragma('foreign_keys = OFF');
    for (const table of ['applications', 'partners', 'settings']) handle.exec(`DELETE FROM ${table}`);
    expect(rowCounts()).toMatchObject({ partners: 0, applications: 0, settings: 0 });
    await restore(false);
    // The restored trail goes on with the event of the restore.
    expect(rowCounts()).toEqual({ ...before, audit_events: (before['audit_events'] ?? 0) + 1 });
    expect(auditIsWhole()).toBe(true);
  });

  it.each<[string, (copy: string, manifest: string) => void]>([
    [
      'was cut short',
      (copy) => {
        truncateSync(copy, 8_192);
      },
    ],
    [
      'had a byte changed',
      (copy) => {
        const bytes = readFileSync(copy);
        bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
        writeFileSync(copy, bytes);
      },
    ],
    [
      'is of another installation',
      (_copy, manifest) => {
        writeFileSync(
          manifest,
          readFileSync(manifest, 'utf8').replace(/"instanceId": "./, '"instanceId": "x'),
        );
      },
    ],
    [
      'has a manifest with other figures',
      (_copy, manifest) => {
        writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"auditCount": 1', '"auditCount": 2'));
      },
    ],
  ])('of a copy that %s is refused and changes nothing', async (_name, spoil) => {
    const paths = backupPaths(running.directory.backups, backup.id);
    spoil(paths.copy, paths.manifest);
    await expect(restore(false)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    expect(contact()).toBe('"new@example.com"');
    expect(existsSync(running.directory.restoreMarker)).toBe(false);
  });

  it('of a backup that is not there is refused', async () => {
    const backupId = 'backup-20200101T000000000Z' as Backup['id'];
    await expect(
      (await service()).restore(running.owner(), { backupId, dryRun: false }),
    ).rejects.toMatchObject({
      code: 'BACKUP_NOT_FOUND',
    });
  });

  const marker = (): RestoreMarker => ({
    restoreId: 'r1',
    backupId: backup.id,
    actor: { kind: 'token', id: 'tok_1', name: 'CI' },
    movedAside: join(running.directory.movedAside, 'keys-before.db'),
    head: { count: 1, hash: readManifest(running.directory.backups, backup.id)?.auditHash ?? '' },
    kept: { ...NOTHING_KEPT, revokedKeys: ['k1'] },
  });
  const copyOf = () => backupPaths(running.directory.backups, backup.id).copy;

  it('killed before it had begun leaves the old store', async () => {
    prepareRestore(running.directory, copyOf(), marker());
    renameSync(running.directory.restoreMarker, `${running.directory.restoreMarker}.not-yet`);
    await restarted();
    expect(contact()).toBe('"new@example.com"');
    expect(existsSync(join(path, 'keys.db.restored'))).toBe(false);
  });

  it.each([0, 1, 2, 3])(
    'killed at step %i is finished at the next start, with one event by the one who asked',
    async (steps) => {
      const { directory } = running;
      prepareRestore(directory, copyOf(), marker());
      running.stop();
      if (steps >= 1) renameSync(directory.keysDatabase, marker().movedAside);
      if (steps >= 2) swapStores(directory, marker());
      running = await startTestStore(path);
      if (steps >= 3) {
        // The event was kept, but not the end of the restore.
        writeFileSync(directory.restoreMarker, JSON.stringify(marker()), { mode: 0o600 });
        await restarted();
      }
      expect(contact()).toBe('"old@example.com"');
      const { audit } = running.wired.store.db;
      expect([...audit.from(1)].map((event) => event.action)).toEqual(['settings.update', 'backups.restore']);
      expect(audit.last()?.actor.id).toBe('tok_1');
      expect(audit.last()?.after).toMatchObject({ revocationsKept: 1, revokedKeys: ['k1'] });
      expect(auditIsWhole()).toBe(true);
      expect(running.wired.anchor.anchor.broken).toBeNull();
      expect(existsSync(directory.restoreMarker)).toBe(false);
      expect(existsSync(marker().movedAside)).toBe(true);
    },
  );

  it('killed at a random moment leaves all old or all new', async () => {
    running.stop();
    const script = `
      import { startTestStore } from '#main/wire-store.test-support.ts';
      const store = await startTestStore(process.argv[1]);
      process.send('go');
      await (await store.wired.backups()).restore(store.owner(), { backupId: process.argv[2], dryRun: false });
      process.send('done');
      setInterval(() => {}, 1000);`;
    for (let round = 0; round < 8; round += 1) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, path, backup.id], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      const isAcknowledged = await new Promise<boolean>((resolve) => {
        let hasDone = false;
        child.on('message', (text) => {
          if (text === 'go') setTimeout(() => child.kill('SIGKILL'), round * 4);
          else hasDone = true;
        });
        child.on('exit', () => {
          resolve(hasDone);
        });
      });
      running = await startTestStore(path);
      const { audit } = running.wired.store.db;
      const isNew = audit.last()?.action === 'backups.restore';
      expect(isNew || !isAcknowledged).toBe(true);
      expect(contact()).toBe(isNew ? '"old@example.com"' : '"new@example.com"');
      expect(auditIsWhole()).toBe(true);
      expect(running.wired.anchor.anchor.broken).toBeNull();
      renameSetting(running, 'new@example.com');
      if (round < 7) running.stop();
    }
  }, 60_000);
});
