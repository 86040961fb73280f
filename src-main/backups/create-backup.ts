import { lstatSync, rmSync } from 'node:fs';
import type { Backup } from '#contract/backups.ts';
import type { UseCaseContext } from '#main/context.ts';
import { APP_VERSION } from '#main/platform/app-version.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { DataDirectory } from '#main/platform/data-directory.ts';
import { copyOpenStore } from '#main/sqlite/copy-store.ts';
import type { CopyFinding } from '#main/sqlite/inspect-copy.ts';
import type { StoreFacts } from '#main/sqlite/inspect-store.ts';
import type { KeysDatabase } from '#main/sqlite/keys-database.ts';
import { backupIdAt, backupPaths, type Manifest, toBackup, writeManifest } from './backup-files.ts';

/** What backups need of the running program. */
export interface BackupParts {
  readonly directory: DataDirectory;
  readonly instanceId: string;
  /** The open store at this moment. */
  readonly db: () => KeysDatabase;
  /** As inspectCopy, but nobody waits: on another thread. */
  readonly inspectAside: (path: string, folder: string) => Promise<CopyFinding>;
}

/** Copies the store while it is in use. It counts as made only after the copy was read back and found whole, and every
 *  figure of its manifest is taken from the copy itself. Throws UNAVAILABLE when the copy is not whole. */
export async function createBackup(context: UseCaseContext, parts: BackupParts): Promise<Backup> {
  const { backups } = parts.directory;
  const id = backupIdAt(context.nowMs);
  const paths = backupPaths(backups, id);
  await copyOpenStore(parts.db().handle, paths.copy);
  try {
    const { facts, sha256 } = await verifiedCopy(parts, paths.copy);
    const value: Manifest = {
      id,
      createdAt: context.nowMs,
      instanceId: parts.instanceId,
      appVersion: APP_VERSION,
      schemaVersion: facts.schemaVersion,
      keyCount: facts.keyCount,
      auditCount: facts.auditCount,
      auditHash: facts.newestEvents[0]?.hash ?? null,
      sizeBytes: lstatSync(paths.copy).size,
      sha256,
    };
    await writeManifest(backups, value);
    return context.command(() => ({
      value: toBackup(backups, value),
      audit: {
        action: 'backups.create',
        subject: { kind: 'backup', id, name: id },
        after: { keyCount: value.keyCount, auditCount: value.auditCount, sha256: value.sha256 },
      },
      changed: ['backups'],
    }));
  } catch (error) {
    rmSync(paths.manifest, { force: true });
    rmSync(paths.copy, { force: true });
    throw error;
  }
}

async function verifiedCopy(
  parts: BackupParts,
  copy: string,
): Promise<{ readonly facts: StoreFacts; readonly sha256: string }> {
  const { finding, sha256 } = await parts.inspectAside(copy, parts.directory.inspection);
  const isOurs = finding.kind === 'sound' && finding.facts.instanceId === parts.instanceId;
  if (isOurs && sha256 !== null) return { facts: finding.facts, sha256 };
  const why = finding.kind === 'damaged' ? finding.detail : 'It is not a copy of this store.';
  throw new AppError(
    'UNAVAILABLE',
    `The copy was made but is not usable and was removed. ${why} Check the disk and try again.`,
  );
}
