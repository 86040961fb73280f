import { copyFileSync, existsSync, lstatSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { CHAIN_START, type ChainHead } from '#main/domain/audit-chain.ts';
import { AppError } from '#main/platform/app-error.ts';
import { hashFile } from '#main/platform/hash-file.ts';
import { randomBytes } from '#main/platform/random.ts';
import { inspectStore } from '#main/sqlite/inspect-store.ts';
import { KEYS_MIGRATIONS, type KeysDatabase, openKeysDatabase } from '#main/sqlite/keys-database.ts';
import { backupPaths, type Manifest, readManifest } from './backup-files.ts';
import type { BackupParts } from './create-backup.ts';
import { countKept, keepWithdrawals, type KeptWithdrawals } from './keep-withdrawals.ts';
import { finishRestore, prepareRestore, type RestoreMarker, swapStores } from './restore-steps.ts';

/** What a restore needs beside what a backup needs. */
export interface RestoreParts extends BackupParts {
  /** Closes the store, runs `swap`, opens the store again; nothing else runs in between. */
  readonly exchange: (swap: () => void) => void;
  /** Tells the keeper of the audit head that another trail is in place. */
  readonly replaceHead: (head: ChainHead) => void;
}

/** Puts a backup in place of the present store, which is moved aside. With `dryRun` only compares the figures.
 *  All or nothing: a kill at any moment leaves the old store or leads to the new one at the next start.
 *  Throws BACKUP_NOT_FOUND, BACKUP_DAMAGED. */
export function restoreBackup(
  context: UseCaseContext,
  input: HandlerInput<'backups.restore'>,
  parts: RestoreParts,
): Output<'backups.restore'> {
  const found = wholeBackup(parts, input.backupId);
  const figures = {
    now: figuresOf(parts.db()),
    inBackup: { keyCount: found.keyCount, auditCount: found.auditCount },
  };
  const { directory } = parts;
  const amended = amendedCopy(context, parts, found);
  const answer = { ...figures, revocationsKept: countKept(amended.kept) };
  if (input.dryRun) {
    amended.remove();
    return { restored: false, ...answer, movedAside: null };
  }
  const stamp = new Date(context.nowMs).toISOString().replaceAll(/[-:.]/g, '');
  const marker: RestoreMarker = {
    restoreId: Buffer.from(randomBytes(8)).toString('hex'),
    backupId: found.id,
    actor: context.actor,
    movedAside: join(directory.movedAside, `keys-${stamp}.db`),
    head: { count: found.auditCount, hash: found.auditHash ?? CHAIN_START },
    kept: amended.kept,
  };
  try {
    prepareRestore(directory, amended.path, marker);
  } finally {
    amended.remove();
  }
  let swapped = marker;
  parts.exchange(() => {
    swapped = swapStores(directory, marker);
  });
  completeRestore(context, parts, swapped);
  return { restored: true, ...answer, movedAside: swapped.movedAside };
}

/** What is left once the restored store is open: its audit head, its audit event, the end of the restore. Also called at
 *  the start after a kill; an event that is there already is not written twice. */
export function completeRestore(
  context: UseCaseContext,
  parts: Pick<RestoreParts, 'db' | 'directory' | 'replaceHead'>,
  marker: RestoreMarker,
): void {
  const last = parts.db().audit.last();
  if (last?.action !== 'backups.restore' || last.after?.['restoreId'] !== marker.restoreId) {
    parts.replaceHead(marker.head);
    context.command(() => ({
      value: null,
      audit: {
        action: 'backups.restore',
        subject: { kind: 'backup', id: marker.backupId, name: marker.backupId },
        after: {
          restoreId: marker.restoreId,
          movedAside: marker.movedAside,
          revocationsKept: countKept(marker.kept),
          ...namesOf(marker.kept),
        },
      },
      changed: [
        'partners',
        'applications',
        'services',
        'endpoints',
        'scopes',
        'plans',
        'keys',
        'blockedSources',
        'settings',
        'tokens',
        'backups',
        'status',
      ],
    }));
  }
  finishRestore(parts.directory);
}

/** Names of one sort in the audit event; the count tells of the rest. */
const NAMES_MAX = 1_000;

function namesOf(kept: KeptWithdrawals): Record<string, readonly string[]> {
  const named = Object.entries(kept).filter(([, names]) => names.length > 0);
  return Object.fromEntries(named.map(([sort, names]) => [sort, names.slice(0, NAMES_MAX)]));
}

/** A copy of the backup, of today's schema, in which nothing works that was taken away since. The backup stays as it is. */
function amendedCopy(
  context: UseCaseContext,
  { directory, db }: RestoreParts,
  found: Manifest,
): { readonly path: string; readonly kept: KeptWithdrawals; readonly remove: () => void } {
  const folder = directory.inspection;
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  const path = join(folder, 'keys.db');
  remove();
  try {
    mkdirSync(folder, { mode: 0o700 });
    copyFileSync(backupPaths(directory.backups, found.id).copy, path);
    const restored = openKeysDatabase(path);
    try {
      const kept = keepWithdrawals({ present: db(), restored, nowMs: context.nowMs });
      return { path, kept, remove };
    } finally {
      // Closing writes the log back into the file.
      restored.close();
    }
  } catch (error) {
    remove();
    throw error;
  }
}

function wholeBackup(parts: RestoreParts, id: Manifest['id']): Manifest {
  const { backups, inspection, path } = parts.directory;
  const found = readManifest(backups, id);
  const { copy } = backupPaths(backups, id);
  if (found === null || !existsSync(copy)) {
    throw new AppError('BACKUP_NOT_FOUND', 'There is no such backup. Load the list again.');
  }
  if (found.instanceId !== parts.instanceId)
    throw damaged('It was made by another installation, with another master secret.');
  if (found.schemaVersion > KEYS_MIGRATIONS.length)
    throw damaged(`It was made by Latchkey ${found.appVersion}, which is newer.`);
  if (lstatSync(copy).size !== found.sizeBytes || hashFile(copy) !== found.sha256) {
    throw damaged('The copy is not the one that was made.');
  }
  const finding = inspectStore(copy, inspection);
  if (finding.kind !== 'sound')
    throw damaged(finding.kind === 'damaged' ? finding.detail : 'It cannot be read.');
  const { facts } = finding;
  const fits =
    facts.keyCount === found.keyCount &&
    facts.auditCount === found.auditCount &&
    (facts.newestEvents[0]?.hash ?? null) === found.auditHash;
  if (!fits) throw damaged('Its content is not what its manifest says.');
  const disk = statfsSync(path);
  if (disk.bavail * disk.bsize < 3 * found.sizeBytes) {
    throw new AppError(
      'STORAGE_FULL',
      'There is not enough room on the disk to restore. Free some space and try again.',
    );
  }
  return found;
}

function damaged(why: string): AppError {
  return new AppError('BACKUP_DAMAGED', `This backup cannot be restored. ${why} Choose another one.`);
}

function figuresOf(db: KeysDatabase): { keyCount: number; auditCount: number } {
  return { keyCount: db.store.keyCount(), auditCount: db.audit.total() };
}
