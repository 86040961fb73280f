import { closeSync, openSync, rmSync } from 'node:fs';
import { placeFile } from '#main/platform/write-file-atomic.ts';
import { type DatabaseHandle, KEYS_OPTIONS, openDatabase } from './open-database.ts';

/** Copies a store that nobody has open. As copyOpenStore. */
export async function copyStore(path: string, target: string): Promise<void> {
  const handle = openDatabase(path, KEYS_OPTIONS);
  try {
    await copyOpenStore(handle, target);
  } finally {
    handle.close();
  }
}

/** Writes a consistent copy while the store is in use; it appears under `target` only when it is whole. Mode 0600.
 *  Only SQLite's own backup may touch a live file: reading it any other way drops our locks and misses the log. */
export async function copyOpenStore(handle: DatabaseHandle, target: string): Promise<void> {
  const unfinished = `${target}.tmp`;
  rmSync(unfinished, { force: true });
  closeSync(openSync(unfinished, 'wx', 0o600));
  try {
    await handle.backup(unfinished);
    await placeFile(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
