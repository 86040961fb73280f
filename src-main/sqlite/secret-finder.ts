import { timingSafeEqual } from 'node:crypto';
import type { ServiceId } from '#contract/ids.ts';
import { createSecretEntryQueries, watchSecrets } from './secret-entry-queries.ts';
import { SecretIndex } from './secret-index.ts';
import type { DatabaseHandle } from './open-database.ts';
import type { StoreRevision } from './store-revision.ts';
import type { VerifyQueries, VerifyRow } from './verify-queries.ts';

/** How secrets are found: in memory, else in the file. */
export interface SecretFinder {
  /** The key that owns the secret with this hash, whatever its state; null when there is none. Throws when the store is closed. */
  readonly find: (hashText: string, serviceId: ServiceId) => VerifyRow | null;
  /** Reads the next so many keys of a large store into memory; whether there are more. Of a store that is no larger than what SQLite keeps
   *  in memory itself, secrets are taken in when they are first used. */
  readonly readAhead: (rows: number) => boolean;
}

/** What SQLite keeps of a file in memory as better-sqlite3 builds it (SQLITE_DEFAULT_CACHE_SIZE): some 30,000 keys. */
const CACHE_KB = 16_000;
const LARGE_BYTES = CACHE_KB * 1024;
const READ_AHEAD_CACHE_KB = 2_000;

/** Finds secrets of a store. What is in memory follows the file: every write tells the secrets that it changes while it is made, before
 *  anybody can ask, and they are read again; what many share is read again after any write. That nothing was found is not
 *  remembered: anybody can ask for what is not there. */
export function createSecretFinder(
  handle: DatabaseHandle,
  queries: Pick<VerifyQueries, 'findSecret'>,
  revision: StoreRevision,
): SecretFinder {
  const entries = createSecretEntryQueries(handle);
  const index = new SecretIndex();
  const state = { isWatching: false, readTo: '', isReadAhead: false };
  /** What is read inside a transaction may be undone without a word. */
  const mayKeep = (): boolean => {
    if (handle.inTransaction) return false;
    if (!state.isWatching) watchSecrets(handle, (hash) => index.drop(hash.toString('latin1')));
    state.isWatching = true;
    return true;
  };
  const fromFile = (hash: Buffer, serviceId: ServiceId): VerifyRow | null => {
    const found = queries.findSecret(hash, serviceId);
    if (found === null || !timingSafeEqual(found.hash, hash)) return null;
    const { hash: _hash, ...row } = found;
    return row;
  };
  const takeIn = (hash: Buffer): number => {
    const entry = mayKeep() ? entries.findEntry(hash) : null;
    return entry === null || !timingSafeEqual(Buffer.from(entry.hashHex, 'hex'), hash)
      ? -1
      : index.add(entry);
  };
  return {
    find: (hashText, serviceId) => {
      let row = index.find(hashText);
      const known = row < 0 ? null : index.read(row, serviceId, revision.current);
      if (known !== null) return known;
      const hash = Buffer.from(hashText, 'latin1');
      if (row < 0) row = takeIn(hash);
      const taken = row < 0 ? null : index.read(row, serviceId, revision.current);
      if (taken !== null) return taken;
      const found = fromFile(hash, serviceId);
      if (found !== null && row >= 0 && mayKeep()) index.share(row, serviceId, revision.current, found);
      return found;
    },
    readAhead: (rows) => {
      if (state.isReadAhead) return false;
      if (state.readTo === '') {
        state.isReadAhead = entries.storeBytes() <= LARGE_BYTES;
        if (state.isReadAhead) return false;
        // Each page is seen once, and what SQLite has taken for pages it keeps.
        handle.pragma(`cache_size = -${String(READ_AHEAD_CACHE_KB)}`);
      }
      if (!mayKeep()) return true;
      const lastId = entries.fill(state.readTo, rows, (entry) => index.add(entry));
      state.isReadAhead = lastId === null;
      if (lastId !== null) state.readTo = lastId;
      else handle.pragma(`cache_size = -${String(CACHE_KB)}`);
      return !state.isReadAhead;
    },
  };
}
