import { rmSync } from 'node:fs';
import { z } from 'zod';
import { errorCode } from './error-code.ts';
import { readJson } from './read-json.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

const owner = z.object({ pid: z.int().positive(), startedAt: z.int(), version: z.string() });
/** The process that uses a data directory. For people: the lock decides, not this file. */
export type Owner = z.infer<typeof owner>;

/** Call while holding the lock. On a full disk there is no file: better a start without than none. */
export function writeOwner(path: string, value: Owner): void {
  try {
    writeFileAtomic(path, `${JSON.stringify(value)}\n`);
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT'].includes(errorCode(error))) throw error;
  }
}

/** null when it is not there or not readable, as in the moment between lock and file. */
export function readOwner(path: string): Owner | null {
  const parsed = owner.safeParse(readJson(path));
  return parsed.success ? parsed.data : null;
}

/** Call before the lock is released. */
export function removeOwner(path: string): void {
  rmSync(path, { force: true });
}
