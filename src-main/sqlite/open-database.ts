import Database from 'better-sqlite3';

/** An open SQLite database. Only `sqlite/` prepares statements on it. */
export type DatabaseHandle = Database.Database;

/** Marks our files for `file` and for ourselves: "LKEY" and "LREQ". */
export const KEYS_APPLICATION_ID = 0x4c4b4559;
/** See KEYS_APPLICATION_ID. */
export const REQUESTS_APPLICATION_ID = 0x4c524551;

/** What differs between our databases. */
export interface OpenDatabaseOptions {
  /** One connection, one process. Needs no -shm file, so it also reads on a full disk. */
  readonly exclusive: boolean;
  /** Overwrites deleted content with zeros. */
  readonly secureDelete: boolean;
  /** Throws instead of making a file that is not there. */
  readonly mustExist?: boolean;
  /** Beside the connection that writes; the file must exist. */
  readonly readonly?: boolean;
}

/** Settings of keys.db: small and precious. */
export const KEYS_OPTIONS: OpenDatabaseOptions = { exclusive: true, secureDelete: true };
/** Settings of requests.db: large, and nothing secret in it. One connection writes; long questions read beside it. */
export const REQUESTS_OPTIONS: OpenDatabaseOptions = { exclusive: false, secureDelete: false };

/** Opens (and creates, unless it must exist) a database file with our settings; in tests `:memory:`, or the bytes of a database that is
 *  then in memory. Runs no migration and no check.
 *  Throws SqliteError, SQLITE_BUSY when another process holds the file. */
export function openDatabase(path: string | Buffer, options: OpenDatabaseOptions): DatabaseHandle {
  const handle = new Database(path, {
    timeout: options.exclusive ? 0 : 2_000,
    fileMustExist: options.mustExist ?? options.readonly ?? false,
    readonly: options.readonly ?? false,
  });
  try {
    // Before anything else: the first access decides whether WAL uses shared memory.
    if (options.exclusive) handle.pragma('locking_mode = EXCLUSIVE');
    handle.pragma('trusted_schema = OFF');
    handle.pragma('cell_size_check = ON');
    handle.pragma('foreign_keys = ON');
    handle.pragma('temp_store = MEMORY');
    handle.pragma('journal_mode = WAL');
    // A commit survives a power cut. Also in the request log: the journal of decisions is deleted once they are committed there, and
    // on a thread that commits some twenty times a second it costs nothing that can be measured.
    handle.pragma('synchronous = FULL');
    handle.pragma(`secure_delete = ${options.secureDelete ? 'ON' : 'OFF'}`);
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}
