import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { actor } from '#contract/audit.ts';
import { backupId } from '#contract/ids.ts';
import type { DataDirectory } from '#main/platform/data-directory.ts';
import { readJson } from '#main/platform/read-json.ts';
import { syncDirectory, syncFile, writeFileAtomic } from '#main/platform/write-file-atomic.ts';

const restoreMarker = z
  .object({
    /** Tells this restore from another one of the same backup. */
    restoreId: z.string(),
    backupId,
    /** Who asked, for the audit event. */
    actor,
    /** Absolute path of the former store. */
    movedAside: z.string(),
    head: z.object({ count: z.int(), hash: z.string() }),
  })
  .readonly();
/** A restore that is going on. It is written when the new file lies ready, and removed after the audit event is kept. */
export type RestoreMarker = z.infer<typeof restoreMarker>;

/** Lays the copy beside the store and says so. Until now nothing has changed. */
export function prepareRestore(directory: DataDirectory, copy: string, marker: RestoreMarker): void {
  const ready = readyFile(directory);
  rmSync(ready, { force: true });
  copyFileSync(copy, ready);
  syncFile(ready);
  writeFileAtomic(directory.restoreMarker, JSON.stringify(marker));
}

/** Moves the store aside and the prepared file into its place. Nobody may have the store open. Can be repeated after a
 *  kill at any step: each rename is done or it is not. */
export function swapStores(directory: DataDirectory, marker: RestoreMarker): void {
  const ready = readyFile(directory);
  if (!existsSync(ready)) return;
  moveAside(directory.keysDatabase, marker.movedAside);
  // Closing writes the log back and removes it; after a kill it is still there, and belongs to the former store.
  moveAside(`${directory.keysDatabase}-wal`, `${marker.movedAside}-wal`);
  moveAside(directory.auditHead, `${marker.movedAside}.audit-head.json`);
  syncDirectory(directory.movedAside);
  renameSync(ready, directory.keysDatabase);
  syncDirectory(directory.path);
}

/** The restore that a kill interrupted, or null. Files of one that had not begun to change anything are removed. */
export function interruptedRestore(directory: DataDirectory): RestoreMarker | null {
  const content = readJson(directory.restoreMarker);
  if (content === undefined) {
    rmSync(readyFile(directory), { force: true });
    return null;
  }
  // Written as a whole and then renamed: it is readable unless somebody changed it, and then start-up must not go on.
  return restoreMarker.parse(content);
}

/** The restore is over. */
export function finishRestore(directory: DataDirectory): void {
  rmSync(directory.restoreMarker, { force: true });
  syncDirectory(directory.path);
}

function readyFile(directory: DataDirectory): string {
  return join(directory.path, 'keys.db.restored');
}

function moveAside(path: string, target: string): void {
  if (existsSync(path)) renameSync(path, target);
}
