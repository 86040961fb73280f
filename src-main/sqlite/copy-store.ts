import { closeSync, openSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { placeFile } from '#main/platform/write-file-atomic.ts';
import { giveBack } from './give-back.ts';
import { type DatabaseHandle, KEYS_OPTIONS, openDatabase } from './open-database.ts';
import { storeBytes } from './store-queries.ts';

/** Copies a store that nobody has open. As copyOpenStore. */
export async function copyStore(path: string, target: string): Promise<void> {
  const handle = openDatabase(path, KEYS_OPTIONS);
  try {
    await copyOpenStore(handle, target);
  } finally {
    handle.close();
  }
}

/** A store up to this size is copied within one turn, some 5 ms, and flushed on another thread. SQLite's own backup goes page by page, but
 *  flushes file and journal on this thread. */
const ONE_TURN_BYTES_MAX = 8 * 1024 * 1024;

/** Writes a consistent copy while the store is in use; it appears under `target` only when it is whole. Mode 0600.
 *  Only SQLite's own backup may touch a live file: reading it any other way drops our locks and misses the log. */
export async function copyOpenStore(
  handle: DatabaseHandle,
  target: string,
  oneTurnBytesMax = ONE_TURN_BYTES_MAX,
): Promise<void> {
  const unfinished = `${target}.tmp`;
  rmSync(unfinished, { force: true });
  try {
    if (storeBytes(handle) <= oneTurnBytesMax) {
      const image = handle.serialize();
      await writeFile(unfinished, image, { flag: 'wx', mode: 0o600 });
      // Megabytes outside of the heap that wait for the collector bring on a full collection, 10 ms on this thread.
      if (isAlone(image)) giveBack(image.buffer);
    } else {
      closeSync(openSync(unfinished, 'wx', 0o600));
      await handle.backup(unfinished);
    }
    await placeFile(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Does a buffer have its memory to itself? */
function isAlone(buffer: Buffer): buffer is Buffer<ArrayBuffer> {
  return buffer.buffer instanceof ArrayBuffer && buffer.buffer.byteLength === buffer.byteLength;
}
