import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from './error-code.ts';

/** Enough for many small commits: freeing 512 KiB was measured to let one through. */
export const BALLAST_BYTES = 4 * 1024 * 1024;
/** The ballast comes back only when that much is free, so that it does not fill the disk by itself. */
const FREE_BYTES_MIN = 64 * 1024 * 1024;

/** Makes the ballast file when it is not there and the disk has room. True when it is there afterwards. */
export function buildBallast(path: string): boolean {
  if (sizeOf(path) === BALLAST_BYTES) return true;
  try {
    // A part of one, left by a kill, would hide that there is no reserve.
    rmSync(path, { force: true });
    const disk = statfsSync(dirname(path));
    if (disk.bavail * disk.bsize < FREE_BYTES_MIN) return false;
    const file = openSync(path, 'wx', 0o600);
    try {
      // Random-looking content is not needed, real blocks are: a hole would give nothing back. Writes all or throws.
      writeFileSync(file, Buffer.alloc(BALLAST_BYTES, 0x4c));
      fsyncSync(file);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM'].includes(errorCode(error))) throw error;
    return false;
  }
}

/** Gives the room back. False when there was none. */
export function freeBallast(path: string): boolean {
  if (sizeOf(path) === 0) return false;
  rmSync(path, { force: true });
  return true;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
