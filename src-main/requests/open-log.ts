import { existsSync, renameSync, statSync } from 'node:fs';
import { errorCode } from '#main/platform/error-code.ts';
import { StartError } from '#main/platform/start-error.ts';
import { openRequestsDatabase } from '#main/sqlite/requests-database.ts';
import type { LogWarning } from './requests-messages.ts';
import { RequestsStore } from './requests-store.ts';

/** The log, open, and what an operator should know about how it was found. */
export interface OpenedLog {
  readonly store: RequestsStore;
  readonly warnings: readonly LogWarning[];
}

/** What opening needs. */
export interface OpenLogOptions {
  readonly file: string;
  readonly nowMs: number;
  /** There was a log here before: a missing file is told then. */
  readonly hadLog: boolean;
}

/** Opens requests.db; a damaged one is moved aside and a new one made in its place: verification must not wait for a log.
 *  Throws when another process has the file, or none can be made, and
 *  StartError(4) when a newer version wrote the file: it is good, and its counters of quotas with it. */
export function openLog(options: OpenLogOptions): OpenedLog {
  const { file, hadLog } = options;
  const isThere = existsSync(file);
  if (isThere && statSync(file).size === 0) return replaceLog(options, 'it is empty');
  let store: RequestsStore;
  try {
    store = RequestsStore.over(openRequestsDatabase(file));
  } catch (error) {
    if (!isThere || error instanceof StartError || !isUnusable(error)) throw error;
    return replaceLog(options, error instanceof Error ? error.message : String(error));
  }
  return { store, warnings: !isThere && hadLog ? [missingWarning()] : [] };
}

/** Moves the file and what belongs to it aside, under a name with the time, and makes a new log. The caller closed the old one. */
export function replaceLog({ file, nowMs }: Pick<OpenLogOptions, 'file' | 'nowMs'>, why: string): OpenedLog {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:.]/g, '');
  const aside = file.replace(/(\.db)?$/, `-damaged-${time}.db`);
  for (const suffix of ['', '-wal', '-shm']) {
    const [from, to] = [file + suffix, aside + suffix];
    if (existsSync(from)) renameSync(from, to);
  }
  const message = `The request log could not be read (${why}). It was kept as ${aside}, and a new log was started. Keys are not affected; charts start again. ${QUOTAS_LOST}`;
  return {
    store: RequestsStore.over(openRequestsDatabase(file)),
    warnings: [{ code: 'LOG_REPLACED', message }],
  };
}

// Quotas are counted in the log's file. Without it verification goes on and grants what the counters would have refused; a quota
// that refuses instead until somebody has looked at it does not exist.
const QUOTAS_LOST =
  'What was used of quotas until now is lost with it: they count from zero at the latest after the next start, so a key can be granted more than its quota in this period.';

/** Does the error say that the content of the file is bad (and not that it is busy, or the disk full)? */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(errorCode(error));
}

/** Bytes of the file that SQLite keeps beside the database; 0 when there is none. */
export function walBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

/** At start a file may also lack a table, or be another program's: those errors have no code of a fault in the system. */
function isUnusable(error: unknown): boolean {
  const code = errorCode(error);
  return isDamage(error) || code === 'SQLITE_ERROR' || (code === '' && error instanceof Error);
}

function missingWarning(): LogWarning {
  return {
    code: 'LOG_MISSING',
    message: `The request log was gone when the program started, and a new one was made. Keys are not affected. ${QUOTAS_LOST} If you have the old requests.db, stop Latchkey and put it back.`,
  };
}
