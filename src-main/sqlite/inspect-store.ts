import Database from 'better-sqlite3';
import {
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from '#contract/audit.ts';
import { createAuditQueries } from './audit-queries.ts';
import { KEYS_MIGRATIONS } from './keys-database.ts';
import { KEYS_APPLICATION_ID, type DatabaseHandle } from './open-database.ts';
import { schemaVersion } from './migrate.ts';
import type { StoreFact } from './store-queries.ts';

/** What a keys.db (or a backup of one) holds. */
export interface StoreFacts {
  readonly schemaVersion: number;
  readonly instanceId: string | null;
  readonly pepperFingerprint: string | null;
  readonly appVersion: string | null;
  readonly keyCount: number;
  readonly auditCount: number;
  /** The newest audit event and the one before it, as far as there are any. */
  readonly newestEvents: readonly AuditEvent[];
}

/** What was found where keys.db should be. */
export type StoreFinding =
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged'; readonly detail: string }
  | { readonly kind: 'newer'; readonly schemaVersion: number; readonly appVersion: string | null }
  | {
      readonly kind: 'sound';
      readonly facts: StoreFacts;
      /** Does every index agree with its table? Not asked of a large store where there was no time for it. */
      readonly isWhollyRead: boolean;
    };

/** Above this many bytes, some 60,000 keys, a store is looked at where it lies: an image of it in memory would be large, too. */
const LARGE_BYTES = 32 * 1024 * 1024;

/** How a store is looked at. */
export interface InspectionOptions {
  /** Leaves out the write-ahead log beside the file: what a program that ended well had left. */
  readonly withoutLog?: boolean;
  /** Of a large store, indexes are not compared with their tables: a minute for a million keys, where all else takes seconds. A
   *  fault that only this finds can hide a key, never let one through: a verification reads hash and state from the
   *  tables themselves. */
  readonly isHurried?: boolean;
  /** Other than LARGE_BYTES; for tests. */
  readonly largeBytes?: number;
}

/** Looks into a store that nobody has open, without letting SQLite near the original: opening a file can write to it.
 *  `inspectionFolder` is made and removed again. Reading a file that this process has open would drop its locks. */
export function inspectStore(
  path: string,
  inspectionFolder: string,
  options: InspectionOptions = {},
): StoreFinding {
  const hasLog = options.withoutLog !== true && existsSync(`${path}-wal`);
  const header = readHeader(path, hasLog);
  if (header.kind !== 'file') return header;
  const isLarge = header.bytes > (options.largeBytes ?? LARGE_BYTES);
  try {
    const copy = openCopy({ path, folder: inspectionFolder, hasLog, isLarge });
    try {
      return examine(copy, { isLarge, isHurried: options.isHurried === true });
    } finally {
      copy.close();
    }
  } catch (error) {
    if (error instanceof Database.SqliteError)
      return { kind: 'damaged', detail: `SQLite says: ${error.message}` };
    throw error;
  } finally {
    rmSync(inspectionFolder, { recursive: true, force: true });
  }
}

const HEADER_TEXT = 'SQLite format 3\0';
const HEADER_BYTES = 100;

function readHeader(
  path: string,
  hasLog: boolean,
): StoreFinding | { readonly kind: 'file'; readonly bytes: number } {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return { kind: 'missing' };
  if (!stat.isFile()) return { kind: 'damaged', detail: 'It is not a plain file.' };
  if (stat.size === 0) return { kind: 'damaged', detail: 'It is empty.' };
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  if (header.toString('latin1', 0, HEADER_TEXT.length) !== HEADER_TEXT) {
    return { kind: 'damaged', detail: 'It is not a database.' };
  }
  const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  // With a write-ahead log the file may rightly be shorter than its header says.
  if (!hasLog && stat.size < pageBytes * header.readUInt32BE(28)) {
    return { kind: 'damaged', detail: 'Its end is missing.' };
  }
  return { kind: 'file', bytes: stat.size };
}

/** Offsets of the file format version in the header: 1 = no write-ahead log. */
const FORMAT_OFFSETS = [18, 19] as const;

/** `folder` is where file and log are copied to, if they have to be. */
function openCopy(parts: {
  readonly path: string;
  readonly folder: string;
  readonly hasLog: boolean;
  readonly isLarge: boolean;
}): DatabaseHandle {
  const { path, folder, hasLog, isLarge } = parts;
  if (!hasLog) return (isLarge ? openLinked(path, folder) : null) ?? openImage(path);
  const copy = emptied(folder);
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  return new Database(copy, { fileMustExist: true });
}

/** In memory: costs no disk, which may be full. An image cannot have a log, so it must not claim one. */
function openImage(path: string): DatabaseHandle {
  const image = readFileSync(path);
  for (const offset of FORMAT_OFFSETS) image[offset] = 1;
  return new Database(image);
}

/** Under a second name in a folder of its own: what SQLite puts beside a file comes there, and the file itself is open for reading
 *  only. null where that cannot be: no second names, no room, no right to write. */
function openLinked(path: string, folder: string): DatabaseHandle | null {
  try {
    const linked = emptied(folder);
    linkSync(path, linked);
    const handle = new Database(linked, { readonly: true, fileMustExist: true });
    try {
      handle.pragma('application_id');
      return handle;
    } catch (error) {
      handle.close();
      throw error;
    }
  } catch {
    // The image tells what is wrong with the file, if anything is.
    return null;
  }
}

/** Path of a store in the folder, which is made anew. */
function emptied(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  return join(folder, 'keys.db');
}

function examine(
  handle: DatabaseHandle,
  { isLarge, isHurried }: { readonly isLarge: boolean; readonly isHurried: boolean },
): StoreFinding {
  handle.pragma('trusted_schema = OFF');
  handle.pragma('cell_size_check = ON');
  const applicationId = Number(handle.pragma('application_id', { simple: true }));
  if (applicationId !== KEYS_APPLICATION_ID) {
    return { kind: 'damaged', detail: 'It belongs to another program or is not the key store.' };
  }
  const version = schemaVersion(handle);
  if (version > KEYS_MIGRATIONS.length) {
    return { kind: 'newer', schemaVersion: version, appVersion: fact(handle, 'app_version') };
  }
  // A large cache of pages would only stay in memory, which no allocator gives back. Most pages are seen once; where each row of a large table
  // is looked up from its indexes, the system has them: a million keys take 7 s with 4 MB, and 8 s with 64 MB.
  handle.pragma(`cache_size = ${isLarge && !isHurried ? '-4096' : '-1024'}`);
  // Not only quick_check, which misses damaged indexes: 60 ms for 10 MB.
  const verdict = String(
    handle.pragma(isLarge && isHurried ? 'quick_check(1)' : 'integrity_check(1)', { simple: true }),
  );
  if (verdict !== 'ok')
    return { kind: 'damaged', detail: `SQLite says: ${verdict.replaceAll(/\s+/g, ' ').trim()}` };
  return { kind: 'sound', facts: readFacts(handle, version), isWhollyRead: !(isLarge && isHurried) };
}

function readFacts(handle: DatabaseHandle, version: number): StoreFacts {
  const counts = handle
    .prepare<[], { keyCount: number; auditCount: number }>(
      `SELECT
        (SELECT COUNT(*) FROM keys) AS keyCount,
        (SELECT COUNT(*) FROM audit_events) AS auditCount`,
    )
    .get();
  return {
    schemaVersion: version,
    instanceId: fact(handle, 'instance_id'),
    pepperFingerprint: fact(handle, 'pepper_fingerprint'),
    appVersion: fact(handle, 'app_version'),
    keyCount: counts?.keyCount ?? 0,
    auditCount: counts?.auditCount ?? 0,
    newestEvents: createAuditQueries(handle).page({}, Number.MAX_SAFE_INTEGER, 2),
  };
}

function fact(handle: DatabaseHandle, name: StoreFact): string | null {
  const row = handle
    .prepare<{ name: StoreFact }, { value: string }>('SELECT value FROM store WHERE name = @name')
    .get({ name });
  return row?.value ?? null;
}
