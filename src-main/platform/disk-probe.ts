import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DataDirectory } from './data-directory.ts';
import { errorCode } from './error-code.ts';

/** Can nothing be written to the data directory, because its file system is read-only? Makes an empty file there for a moment. False
 *  when it can be, and for every other reason why it cannot. */
export function isDiskReadOnly(directory: DataDirectory): boolean {
  const probe = join(directory.path, 'disk-probe');
  try {
    closeSync(openSync(probe, 'w', 0o600));
    rmSync(probe);
    return false;
  } catch (error) {
    return errorCode(error) === 'EROFS';
  }
}
