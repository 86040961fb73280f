import { closeSync, existsSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { errorCode } from '#main/platform/error-code.ts';

/** Holds a data directory for this process. */
export interface InstanceLock {
  readonly release: () => void;
}

/** Takes the lock on an empty file through SQLite, because Node has no file locks and the system drops SQLite's with the
 *  process, however it ends. Separate from keys.db, so that it also holds while a restore changes that file.
 *  null when another process holds it. */
export function takeInstanceLock(path: string): InstanceLock | null {
  // Made here and not by SQLite, so that its mode does not depend on the umask. One that is there is not even opened:
  // closing it would drop a lock that this process holds on it.
  if (!existsSync(path)) closeSync(openSync(path, 'wx', 0o600));
  const handle = new Database(path, { timeout: 0 });
  try {
    // Nothing is ever written: the file stays empty. Without this SQLite would begin a journal file all the same, which a full disk
    // does not take.
    handle.pragma('journal_mode = MEMORY');
    handle.exec('BEGIN EXCLUSIVE');
    return { release: () => void handle.close() };
  } catch (error) {
    handle.close();
    if (errorCode(error) === 'SQLITE_BUSY') return null;
    throw error;
  }
}
