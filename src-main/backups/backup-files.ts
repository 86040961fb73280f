import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Backup, backup } from '#contract/backups.ts';
import { backupId, timestampMs } from '#contract/ids.ts';
import { readJson } from '#main/platform/read-json.ts';
import { writeFileAside } from '#main/platform/write-file-atomic.ts';

/** What is written beside a copy, to know later that it is whole and ours. */
export const manifest = z
  .object({
    id: backupId,
    createdAt: timestampMs,
    instanceId: z.string(),
    appVersion: z.string(),
    schemaVersion: z.int(),
    keyCount: z.int(),
    auditCount: z.int(),
    /** Hash of the newest audit event, hex; null when there is none. */
    auditHash: z.string().nullable(),
    sizeBytes: z.int(),
    /** Hex SHA-256 of the copy. */
    sha256: z.string(),
  })
  .readonly();
export type Manifest = z.infer<typeof manifest>;

/** Where a backup's copy and its manifest are. */
export function backupPaths(
  folder: string,
  id: Backup['id'],
): { readonly copy: string; readonly manifest: string } {
  return { copy: join(folder, `${id}.db`), manifest: join(folder, `${id}.json`) };
}

/** `backup-20261122T101530123Z`: sorts by time. */
export function backupIdAt(nowMs: number): Backup['id'] {
  return backupId.parse(`backup-${new Date(nowMs).toISOString().replaceAll(/[-:.]/g, '')}`);
}

/** Written last: a copy without it does not count as a backup. */
export async function writeManifest(folder: string, value: Manifest): Promise<void> {
  await writeFileAside(backupPaths(folder, value.id).manifest, `${JSON.stringify(value, null, 2)}\n`);
}

/** null when there is no such backup or its manifest cannot be read. */
export function readManifest(folder: string, id: Backup['id']): Manifest | null {
  const parsed = manifest.safeParse(readJson(backupPaths(folder, id).manifest));
  return parsed.success && parsed.data.id === id ? parsed.data : null;
}

/** Every backup in the folder, newest first. `isVerified` says that it was whole when it was made and still has its size;
 *  a restore reads it whole again. */
export function listBackups(folder: string): readonly Backup[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => backupId.safeParse(name.slice(0, -'.json'.length)))
    .flatMap((id) => (id.success ? [readManifest(folder, id.data)] : []))
    .filter((found) => found !== null)
    .sort((a, b) => b.createdAt - a.createdAt)
    .map((found) => toBackup(folder, found));
}

/** A manifest as the contract shows it. */
export function toBackup(folder: string, value: Manifest): Backup {
  const size = lstatSync(backupPaths(folder, value.id).copy, { throwIfNoEntry: false })?.size;
  return backup.parse({ ...value, isVerified: size === value.sizeBytes });
}

/** Removes a backup; the manifest first, so that no manifest is ever without its copy. */
export function removeBackup(folder: string, id: Backup['id']): void {
  const paths = backupPaths(folder, id);
  rmSync(paths.manifest, { force: true });
  rmSync(paths.copy, { force: true });
}
