import { errorCode } from '#main/platform/error-code.ts';
import { StartError } from '#main/platform/start-error.ts';
import { migrate, schemaVersion, type Migration } from './migrate.ts';
import { sql as first } from './migrations/requests/0001-first.ts';
import { sql as limits } from './migrations/requests/0002-limits.ts';
import { moveToDays } from './migrations/requests/0003-days.ts';
import { sql as principals } from './migrations/requests/0004-principals.ts';
import { sql as habits } from './migrations/requests/0005-habits.ts';
import { sql as habitWays } from './migrations/requests/0006-habit-ways.ts';
import { sql as quotaRows } from './migrations/requests/0007-quota-rows.ts';
import { sql as keySpikes } from './migrations/requests/0008-key-spikes.ts';
import { sql as windowUses } from './migrations/requests/0009-window-uses.ts';
import {
  type DatabaseHandle,
  openDatabase,
  REQUESTS_APPLICATION_ID,
  REQUESTS_OPTIONS,
} from './open-database.ts';
import { createRequestsDimensionQueries } from './requests-dimension-queries.ts';
import { createRequestsForgetQueries } from './requests-forget-queries.ts';
import { createRequestsHabitQueries } from './requests-habit-queries.ts';
import { createRequestsLimitQueries } from './requests-limit-queries.ts';
import { createRequestsReplayQueries } from './requests-replay-queries.ts';
import { createRequestsRollupQueries } from './requests-rollup-queries.ts';
import { createRequestsRowQueries } from './requests-row-queries.ts';
import { createRequestsSearchQueries } from './requests-search-queries.ts';
import { createRequestsSpikeQueries } from './requests-spike-queries.ts';
import { createRequestsStateQueries } from './requests-state-queries.ts';
import { createRequestsTextQueries } from './requests-text-queries.ts';

const MIGRATIONS: readonly Migration[] = [
  first,
  limits,
  moveToDays,
  principals,
  habits,
  habitWays,
  quotaRows,
  keySpikes,
  windowUses,
];
const INCREMENTAL = 2;
/** The -wal file is cut to this after a checkpoint: it counts towards the size that the operator allows. */
export const WAL_BYTES_MAX = 8 * 1024 * 1024;
/** Pages kept in memory, in SQLite's way of telling KiB. */
const CACHE = -16_384;
/** The same while every page is read once. */
const CACHE_ONE_PASS = -1_024;

/** requests.db with its statements. Belongs to one thread. */
export type RequestsDatabase = ReturnType<typeof queriesOn>;

/** Opens requests.db and brings it to the newest schema; creates it when the file is missing or empty. `:memory:` in tests.
 *  Throws SqliteError (SQLITE_BUSY when another process has it, SQLITE_NOTADB, SQLITE_CORRUPT …), Error when it is not ours,
 *  and StartError(4) when a newer version of the program wrote it. */
export function openRequestsDatabase(path: string) {
  const handle = openToWrite(path);
  try {
    prepare(handle, path);
    return queriesOn(handle);
  } catch (error) {
    handle.close();
    throw error;
  }
}

/** Opens requests.db beside the thread that writes it, on another one: what would write throws. Throws SqliteError, SQLITE_BUSY where that
 *  thread has the file to itself, and Error when the file is of another version. */
export function openRequestsReader(path: string): RequestsReader {
  const handle = openDatabase(path, { ...REQUESTS_OPTIONS, readonly: true });
  try {
    if (schemaVersion(handle) !== MIGRATIONS.length)
      throw new Error('The request log is of another version.');
    // Every page is seen once, and most of them are in the system's memory.
    handle.pragma(`cache_size = ${String(CACHE_ONE_PASS)}`);
    const begin = handle.prepare('BEGIN');
    const commit = handle.prepare('COMMIT');
    return {
      db: queriesOn(handle),
      holds: () => handle.inTransaction,
      hold: () => void begin.run(),
      release: () => void commit.run(),
    };
  } catch (error) {
    handle.close();
    throw error;
  }
}

/** requests.db, read beside its writer. */
export interface RequestsReader {
  readonly db: RequestsDatabase;
  /** Is everything read as it was at one moment? The file's log cannot be emptied meanwhile. */
  readonly holds: () => boolean;
  readonly hold: () => void;
  readonly release: () => void;
}

/** The file of shared memory beside it needs a little room. Where there is none nobody can read beside the log, but the log itself is
 *  read: counters of quotas are in it. */
function openToWrite(path: string): DatabaseHandle {
  const handle = openDatabase(path, REQUESTS_OPTIONS);
  try {
    schemaVersion(handle);
    return handle;
  } catch (error) {
    handle.close();
    if (!/^SQLITE_(IOERR_SHM|FULL|CANTOPEN|READONLY)/.test(errorCode(error))) throw error;
    return openDatabase(path, { ...REQUESTS_OPTIONS, exclusive: true });
  }
}

function queriesOn(handle: DatabaseHandle) {
  const keptHabits = createRequestsHabitQueries(handle);
  const rows = createRequestsRowQueries(handle, keptHabits.forget);
  return {
    limits: createRequestsLimitQueries(handle),
    dimensions: createRequestsDimensionQueries(handle),
    rows,
    habits: keptHabits,
    forget: createRequestsForgetQueries(handle, rows.days),
    rollups: createRequestsRollupQueries(handle),
    // Before the searches: they use its functions.
    texts: createRequestsTextQueries(handle),
    search: createRequestsSearchQueries(handle),
    replay: createRequestsReplayQueries(handle),
    spikes: createRequestsSpikeQueries(handle),
    state: createRequestsStateQueries(handle),
    /** All or nothing. */
    transaction: <T>(work: () => T): T => handle.transaction(work).immediate(),
    /** Bytes of the main file, and how many of them are free pages. */
    fileSize: (): { readonly bytes: number; readonly freeBytes: number } => {
      const pageBytes = number(handle, 'page_size');
      return {
        bytes: number(handle, 'page_count') * pageBytes,
        freeBytes: number(handle, 'freelist_count') * pageBytes,
      };
    },
    /** Gives up to `pages` free pages back to the file system. */
    shrink: (pages: number): void => void handle.pragma(`incremental_vacuum(${String(pages)})`),
    /** Moves the -wal file into the main file and empties it. */
    checkpoint: (): void => void handle.pragma('wal_checkpoint(TRUNCATE)'),
    /** Reads every page; null when all is well, else the first complaint. */
    damage: (): string | null => {
      // Pages are seen once: a large cache of them would only stay in memory, which no allocator gives back.
      handle.pragma(`cache_size = ${String(CACHE_ONE_PASS)}`);
      const verdict = handle.pragma('quick_check(1)', { simple: true });
      handle.pragma(`cache_size = ${String(CACHE)}`);
      return verdict === 'ok' ? null : String(verdict);
    },
    close: (): void => void handle.close(),
  };
}

function prepare(handle: DatabaseHandle, path: string): void {
  const applicationId = number(handle, 'application_id');
  const isNew = schemaVersion(handle) === 0;
  if (!isNew && applicationId !== REQUESTS_APPLICATION_ID) throw new Error('The file is not a request log.');
  if (schemaVersion(handle) > MIGRATIONS.length) {
    throw new StartError(
      4,
      `${path} was written by a newer version of Latchkey. Start that version; or move the file away, and a new request log is made.`,
    );
  }
  if (isNew && number(handle, 'auto_vacuum') !== INCREMENTAL) {
    handle.pragma(`auto_vacuum = ${String(INCREMENTAL)}`);
    // The header is written already; only this puts the change into it. Nothing else is in the file yet.
    handle.exec('VACUUM');
  }
  handle.pragma(`journal_size_limit = ${String(WAL_BYTES_MAX)}`);
  handle.pragma(`cache_size = ${String(CACHE)}`);
  migrate(handle, MIGRATIONS, REQUESTS_APPLICATION_ID);
}

function number(handle: DatabaseHandle, pragma: string): number {
  return Number(handle.pragma(pragma, { simple: true }));
}
