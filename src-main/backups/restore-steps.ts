import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { actor } from '#contract/audit.ts';
import { backupId } from '#contract/ids.ts';
import type { DataDirectory } from '#main/platform/data-directory.ts';
import { readJson } from '#main/platform/read-json.ts';
import { StartError } from '#main/platform/start-error.ts';
import { syncDirectory, syncFile, writeFileAtomic } from '#main/platform/write-file-atomic.ts';
import { StoreUnsettledError } from '#main/sqlite/keys-store.ts';
import { keptWithdrawals, NOTHING_KEPT } from './keep-withdrawals.ts';

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
    /** What was taken away since the backup, in the prepared file too. */
    kept: keptWithdrawals.default(NOTHING_KEPT),
  })
  .readonly();
/** A restore that is going on. It is written when the new file lies ready, and removed after the audit event is kept. */
export type RestoreMarker = z.infer<typeof restoreMarker>;

/** Lays the copy beside the store and says so. Until now nothing has changed, nor has it when this throws. */
export function prepareRestore(directory: DataDirectory, copy: string, marker: RestoreMarker): void {
  const ready = directory.restoreReady;
  try {
    rmSync(ready, { force: true });
    copyFileSync(copy, ready);
    syncFile(ready);
    writeFileAtomic(directory.restoreMarker, JSON.stringify(marker));
  } catch (error) {
    cancelRestore(directory);
    throw error;
  }
}

/** Moves the store aside and the prepared file into its place. Nobody may have the store open. Can be repeated after a
 *  kill at any step: each rename is done or it is not. Returns the marker with the place where the former store went: when
 *  something lay there, another one was chosen. Throws when a step fails: the restore is cancelled then and the former
 *  store is in its place; StoreUnsettledError when even that failed: the next start settles it. */
export function swapStores(directory: DataDirectory, marker: RestoreMarker): RestoreMarker {
  const ready = directory.restoreReady;
  if (!existsSync(ready)) return marker;
  const isBegun = !existsSync(directory.keysDatabase);
  const done: Move[] = [];
  try {
    const free = isBegun ? marker : withFreePlace(directory, marker);
    for (const move of movesOf(directory, free.movedAside)) if (moveAside(move)) done.unshift(move);
    syncDirectory(directory.movedAside);
    const last: Move = { from: ready, to: directory.keysDatabase };
    if (moveAside(last)) done.unshift(last);
    syncDirectory(directory.path);
    return free;
  } catch (error) {
    // What an earlier run moved is not known here; the next start goes on from there.
    if (isBegun) throw unsettled([error]);
    undo(directory, done, error);
    throw error;
  }
}

/** The restore that a kill interrupted, or null. Files of one that had not begun to change anything are removed.
 *  Throws StartError(4) when the marker cannot be understood. */
export function interruptedRestore(directory: DataDirectory): RestoreMarker | null {
  const content = readJson(directory.restoreMarker);
  if (content === undefined) {
    rmSync(directory.restoreReady, { force: true });
    return null;
  }
  // It is written whole and then renamed: somebody changed it, or the disk did.
  const marker = restoreMarker.safeParse(content);
  if (marker.success) return marker.data;
  throw new StartError(4, damagedMarker(directory));
}

/** Finishes the swap of a restore that a kill interrupted. Null when a step of it failed and it was cancelled. Throws
 *  StartError(4) when it can neither be finished nor cancelled. */
export function resumeSwap(directory: DataDirectory, marker: RestoreMarker): RestoreMarker | null {
  try {
    return swapStores(directory, marker);
  } catch (error) {
    if (!(error instanceof StoreUnsettledError)) return null;
    const why = error.cause instanceof Error ? ` ${error.cause.message}` : '';
    throw new StartError(
      4,
      `A restore was interrupted and cannot be finished.${why} Both stores are kept: the restored one in ${directory.path}, the former one there or in ${directory.movedAside}. Check the disk and the rights of both folders, then start again.`,
    );
  }
}

/** The restore is over. */
export function finishRestore(directory: DataDirectory): void {
  rmSync(directory.restoreMarker, { force: true });
  syncDirectory(directory.path);
}

function damagedMarker(directory: DataDirectory): string {
  const advice = existsSync(directory.keysDatabase)
    ? `To go on with the present keys.db, move restore.json and keys.db.restored to another place and start again.`
    : `To go on with the store that was to be restored, rename ${directory.restoreReady} to keys.db, move restore.json to another place and start again; the former store is in ${directory.movedAside}.`;
  return `${directory.restoreMarker}, which tells of a restore that is going on, is damaged. Nothing was changed. ${advice}`;
}

interface Move {
  readonly from: string;
  readonly to: string;
}

/** The files of the former store, and where each goes. Closing writes the log back and removes it; after a kill it is
 *  still there, and belongs to the former store. */
function movesOf(directory: DataDirectory, movedAside: string): readonly Move[] {
  return [
    { from: directory.keysDatabase, to: movedAside },
    { from: `${directory.keysDatabase}-wal`, to: `${movedAside}-wal` },
    { from: directory.auditHead, to: `${movedAside}.audit-head.json` },
  ];
}

/** A former store that lies where this one should go is never written over. The choice is kept before the first file
 *  moves, so that a kill in between does not part the store from its log. */
function withFreePlace(directory: DataDirectory, marker: RestoreMarker): RestoreMarker {
  const isTaken = (movedAside: string) => movesOf(directory, movedAside).some(({ to }) => existsSync(to));
  if (!isTaken(marker.movedAside)) return marker;
  let number = 2;
  const numbered = () => marker.movedAside.replace(/(\.db)?$/, `-${String(number)}.db`);
  while (isTaken(numbered())) number += 1;
  const free = { ...marker, movedAside: numbered() };
  writeFileAtomic(directory.restoreMarker, JSON.stringify(free));
  return free;
}

/** True when there was something to move. Renaming alone would replace a file that is there. */
function moveAside({ from, to }: Move): boolean {
  if (!existsSync(from)) return false;
  if (existsSync(to)) throw new Error(`${to} is there already, and would be lost.`);
  renameSync(from, to);
  return true;
}

/** Newest move first. Until the marker is gone a kill leads to the new store: nobody was told yet of either. */
function undo(directory: DataDirectory, done: readonly Move[], cause: unknown): void {
  try {
    for (const { from, to } of done) moveAside({ from: to, to: from });
    cancelRestore(directory);
    syncDirectory(directory.movedAside);
  } catch (error) {
    throw unsettled([cause, error]);
  }
}

function cancelRestore(directory: DataDirectory): void {
  rmSync(directory.restoreMarker, { force: true });
  syncDirectory(directory.path);
  rmSync(directory.restoreReady, { force: true });
}

function unsettled(errors: readonly unknown[]): StoreUnsettledError {
  const message = 'A step of the restore failed and could not be undone. The next start settles it.';
  return new StoreUnsettledError(message, {
    cause: errors.length === 1 ? errors[0] : new AggregateError(errors),
  });
}
