import Database from 'better-sqlite3';
import {
  closeSync,
  copyFileSync,
  existsSync,
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
  | { readonly kind: 'sound'; readonly facts: StoreFacts };

/** Looks into a store that nobody has open, without letting SQLite near the original: opening a file can write to it.
 *  `inspectionFolder` is made and removed again. Reading a file that this process has open would drop its locks.
 *  `withoutLog` leaves out the write-ahead log beside the file: what a program that ended well had left. */
export function inspectStore(
  path: string,
  inspectionFolder: string,
  options: { readonly withoutLog?: boolean } = {},
): StoreFinding {
  const hasLog = options.withoutLog !== true && existsSync(`${path}-wal`);
  const header = readHeader(path, hasLog);
  if (header.kind !== 'file') return header;
  try {
    const copy = openCopy(path, hasLog ? inspectionFolder : null);
    try {
      return examine(copy);
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

function readHeader(path: string, hasLog: boolean): StoreFinding | { readonly kind: 'file' } {
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
  return { kind: 'file' };
}

/** Offsets of the file format version in the header: 1 = no write-ahead log. */
const FORMAT_OFFSETS = [18, 19] as const;

/** `folder` is where file and log are copied to; null when there is no log. */
function openCopy(path: string, folder: string | null): DatabaseHandle {
  if (folder === null) {
    // In memory: costs no disk, which may be full. An image cannot have a log, so it must not claim one.
    const image = readFileSync(path);
    for (const offset of FORMAT_OFFSETS) image[offset] = 1;
    return new Database(image);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  const copy = join(folder, 'keys.db');
  copyFileSync(path, copy);
  copyFileSync(`${path}-wal`, `${copy}-wal`);
  return new Database(copy, { fileMustExist: true });
}

function examine(handle: DatabaseHandle): StoreFinding {
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
  // Not only quick_check, which misses damaged indexes: 60 ms for 10 MB, and this store stays small.
  // Pages are seen once: a large cache of them would only stay in memory, which no allocator gives back.
  handle.pragma('cache_size = -1024');
  const verdict = String(handle.pragma('integrity_check(1)', { simple: true }));
  if (verdict !== 'ok')
    return { kind: 'damaged', detail: `SQLite says: ${verdict.replaceAll(/\s+/g, ' ').trim()}` };
  return { kind: 'sound', facts: readFacts(handle, version) };
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
