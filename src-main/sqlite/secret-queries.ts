import type Database from 'better-sqlite3';
import type { KeyId, TimestampMs } from '#contract/ids.ts';

/** One numbered secret of a key, without its hash. The newest has no end. */
export interface StoredSecret {
  readonly version: number;
  readonly last4: string;
  readonly createdAtMs: TimestampMs;
  readonly endsAtMs: TimestampMs | null;
  /** 1 = the text was made by another system. */
  readonly isImported: 0 | 1;
}

/** A secret to store: the hash of the whole key text, never the text. */
export interface NewSecret {
  readonly keyId: KeyId;
  readonly version: number;
  readonly hash: Buffer;
  readonly pepperVersion: number;
  readonly last4: string;
  readonly isImported: 0 | 1;
  /** Of an imported secret: keyed hash of the SHA-256 of its text. null for those of our own. */
  readonly originHash: Buffer | null;
  readonly createdAtMs: TimestampMs;
}

// keys.get, keys.identify and every key command; primary key. (SELECT @keyId) as in verify-queries: SQLite is built with
// STAT4 and would plan anew at every call.
const LIST = `
  SELECT s.version AS version, s.last4 AS last4, s.created_at_ms AS createdAtMs, s.ends_at_ms AS endsAtMs,
    s.is_imported AS isImported
  FROM secrets s
  WHERE s.key_id = (SELECT @keyId)
  ORDER BY s.version DESC`;

// keys.create, keys.import and keys.rotate.
const INSERT = `
  INSERT INTO secrets (key_id, version, hash, pepper_version, last4, is_imported, origin_hash, created_at_ms,
    ends_at_ms)
  VALUES (@keyId, @version, @hash, @pepperVersion, @last4, @isImported, @originHash, @createdAtMs, NULL)`;

// keys.rotate, keys.endOverlap and keys.extendOverlap; primary key.
const SET_END = `
  UPDATE secrets
  SET ends_at_ms = @endsAtMs
  WHERE key_id = @keyId AND version = @version`;

// After the first use of an imported secret; primary key. Only a bare SHA-256 is replaced.
const REHASH = `
  UPDATE secrets
  SET hash = @hash, pepper_version = @pepperVersion
  WHERE key_id = @keyId AND version = @version AND pepper_version = 0`;

// keys.identify and keys.import; unique index of hash.
const FIND_BY_HASH = `
  SELECT s.key_id AS keyId, s.version AS version
  FROM secrets s
  WHERE s.hash = @hash`;

// keys.import; partial unique index of origin_hash, which serves only a comparison that cannot be with NULL.
const FIND_BY_ORIGIN = `
  SELECT s.key_id AS keyId, s.version AS version
  FROM secrets s
  WHERE s.origin_hash = @originHash`;

/** Prepares the statements on secrets. */
export function createSecretQueries(handle: Database.Database) {
  const list = handle.prepare<{ keyId: KeyId }, StoredSecret>(LIST);
  const insert = handle.prepare<NewSecret>(INSERT);
  const setEnd = handle.prepare<{ keyId: KeyId; version: number; endsAtMs: number }>(SET_END);
  const rehash = handle.prepare<Pick<NewSecret, 'keyId' | 'version' | 'hash' | 'pepperVersion'>>(REHASH);
  const findByOrigin = handle.prepare<{ originHash: Buffer }, { keyId: KeyId; version: number }>(
    FIND_BY_ORIGIN,
  );
  const findByHash = handle.prepare<{ hash: Buffer }, { keyId: KeyId; version: number }>(FIND_BY_HASH);
  return {
    /** Newest version first. */
    list: (keyId: KeyId): readonly StoredSecret[] => list.all({ keyId }),
    insert: (secret: NewSecret): void => void insert.run(secret),
    setEnd: (keyId: KeyId, version: number, endsAtMs: number): void =>
      void setEnd.run({ keyId, version, endsAtMs }),
    /** Replaces the bare SHA-256 of an imported secret by a keyed hash. */
    rehash: (secret: Pick<NewSecret, 'keyId' | 'version' | 'hash' | 'pepperVersion'>): void =>
      void rehash.run(secret),
    findByOrigin: (originHash: Buffer): { readonly keyId: KeyId; readonly version: number } | null =>
      findByOrigin.get({ originHash }) ?? null,
    findByHash: (hash: Buffer): { readonly keyId: KeyId; readonly version: number } | null =>
      findByHash.get({ hash }) ?? null,
  };
}
