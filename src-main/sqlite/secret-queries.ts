import type Database from 'better-sqlite3';
import type { KeyId, TimestampMs } from '#contract/ids.ts';

/** One numbered secret of a key, without its hash. The newest has no end. */
export interface StoredSecret {
  readonly version: number;
  readonly last4: string;
  readonly createdAtMs: TimestampMs;
  readonly endsAtMs: TimestampMs | null;
}

/** A secret to store: the hash of the whole key text, never the text. */
export interface NewSecret {
  readonly keyId: KeyId;
  readonly version: number;
  readonly hash: Buffer;
  readonly pepperVersion: number;
  readonly last4: string;
  readonly createdAtMs: TimestampMs;
}

// keys.get, keys.identify and every key command; primary key. (SELECT @keyId) as in verify-queries: SQLite is built with
// STAT4 and would plan anew at every call.
const LIST = `
  SELECT s.version AS version, s.last4 AS last4, s.created_at_ms AS createdAtMs, s.ends_at_ms AS endsAtMs
  FROM secrets s
  WHERE s.key_id = (SELECT @keyId)
  ORDER BY s.version DESC`;

// keys.create and keys.rotate.
const INSERT = `
  INSERT INTO secrets (key_id, version, hash, pepper_version, last4, created_at_ms, ends_at_ms)
  VALUES (@keyId, @version, @hash, @pepperVersion, @last4, @createdAtMs, NULL)`;

// keys.rotate, keys.endOverlap and keys.extendOverlap; primary key.
const SET_END = `
  UPDATE secrets
  SET ends_at_ms = @endsAtMs
  WHERE key_id = @keyId AND version = @version`;

// keys.identify; unique index of hash.
const FIND_BY_HASH = `
  SELECT s.key_id AS keyId, s.version AS version
  FROM secrets s
  WHERE s.hash = @hash`;

/** Prepares the statements on secrets. */
export function createSecretQueries(handle: Database.Database) {
  const list = handle.prepare<{ keyId: KeyId }, StoredSecret>(LIST);
  const insert = handle.prepare<NewSecret>(INSERT);
  const setEnd = handle.prepare<{ keyId: KeyId; version: number; endsAtMs: number }>(SET_END);
  const findByHash = handle.prepare<{ hash: Buffer }, { keyId: KeyId; version: number }>(FIND_BY_HASH);
  return {
    /** Newest version first. */
    list: (keyId: KeyId): readonly StoredSecret[] => list.all({ keyId }),
    insert: (secret: NewSecret): void => void insert.run(secret),
    setEnd: (keyId: KeyId, version: number, endsAtMs: number): void =>
      void setEnd.run({ keyId, version, endsAtMs }),
    findByHash: (hash: Buffer): { readonly keyId: KeyId; readonly version: number } | null =>
      findByHash.get({ hash }) ?? null,
  };
}
