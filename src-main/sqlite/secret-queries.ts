import type Database from 'better-sqlite3';
import type { KeyId, TimestampMs } from '#contract/ids.ts';
import type { BrownoutPlan } from '#main/domain/brownout.ts';

/** How the old secret of a rotation ends by itself and when it is refused on trial; all null for every other secret. */
export interface OverlapPlan extends BrownoutPlan {
  /** It ends when nobody used it for this long … */
  readonly idleEndMs: number | null;
  /** … but not before this moment. */
  readonly idleNotBeforeMs: TimestampMs | null;
  readonly brownoutFromMs: TimestampMs | null;
}

/** One numbered secret of a key, without its hash. The current one has no end. */
export interface StoredSecret extends OverlapPlan {
  readonly version: number;
  readonly last4: string;
  readonly createdAtMs: TimestampMs;
  readonly endsAtMs: TimestampMs | null;
  /** 1 = the text was made by another system. */
  readonly isImported: 0 | 1;
  /** By what logs and tickets name it: the beginning of its origin hash as hex, which tells nobody anything without the master
   *  secret. null for secrets that were stored without such a hash. */
  readonly fingerprint: string | null;
}

/** A secret to store: the hash of the whole key text, never the text. */
export interface NewSecret {
  readonly keyId: KeyId;
  readonly version: number;
  readonly hash: Buffer;
  readonly pepperVersion: number;
  readonly last4: string;
  readonly isImported: 0 | 1;
  /** Keyed hash of the SHA-256 of its text, the same for good. */
  readonly originHash: Buffer | null;
  readonly createdAtMs: TimestampMs;
}

// keys.get, keys.identify and every key command; primary key. (SELECT @keyId) as in verify-queries: SQLite is built with
// STAT4 and would plan anew at every call.
const LIST = `
  SELECT s.version AS version, s.last4 AS last4, s.created_at_ms AS createdAtMs, s.ends_at_ms AS endsAtMs,
    s.is_imported AS isImported, s.idle_end_ms AS idleEndMs, s.idle_not_before_ms AS idleNotBeforeMs,
    s.brownout_from_ms AS brownoutFromMs, s.brownout_every_ms AS brownoutEveryMs,
    s.brownout_length_ms AS brownoutLengthMs,
    NULLIF(lower(hex(substr(s.origin_hash, 1, 8))), '') AS fingerprint
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

// keys.undoRotation; primary key.
const MAKE_CURRENT = `
  UPDATE secrets
  SET ends_at_ms = NULL, idle_end_ms = NULL, idle_not_before_ms = NULL, brownout_from_ms = NULL, brownout_every_ms = NULL,
    brownout_length_ms = NULL
  WHERE key_id = @keyId AND version = @version`;

// keys.rotate and keys.updateOverlap; primary key.
const SET_PLAN = `
  UPDATE secrets
  SET idle_end_ms = @idleEndMs, idle_not_before_ms = @idleNotBeforeMs, brownout_from_ms = @brownoutFromMs,
    brownout_every_ms = @brownoutEveryMs, brownout_length_ms = @brownoutLengthMs
  WHERE key_id = @keyId AND version = @version`;

// The timer that ends idle secrets; partial index secrets_idle_end, which holds the few that have such a rule.
const LIST_IDLE_ENDING = `
  SELECT s.key_id AS keyId, s.version AS version
  FROM secrets s
  WHERE s.idle_end_ms IS NOT NULL AND s.ends_at_ms > @nowMs`;

// After a use of a secret that is kept as a bare SHA-256 or under a retired pepper; primary key. Never back to an earlier pepper.
const REHASH = `
  UPDATE secrets
  SET hash = @hash, pepper_version = @pepperVersion
  WHERE key_id = @keyId AND version = @version AND pepper_version < @pepperVersion`;

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
  const makeCurrent = handle.prepare<{ keyId: KeyId; version: number }>(MAKE_CURRENT);
  const setPlan = handle.prepare<OverlapPlan & { keyId: KeyId; version: number }>(SET_PLAN);
  const listIdleEnding = handle.prepare<{ nowMs: number }, { keyId: KeyId; version: number }>(
    LIST_IDLE_ENDING,
  );
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
    /** Takes the end and everything that was planned for it from a secret. */
    makeCurrent: (keyId: KeyId, version: number): void => void makeCurrent.run({ keyId, version }),
    setPlan: (keyId: KeyId, version: number, plan: OverlapPlan): void =>
      void setPlan.run({
        keyId,
        version,
        idleEndMs: plan.idleEndMs,
        idleNotBeforeMs: plan.idleNotBeforeMs,
        brownoutFromMs: plan.brownoutFromMs,
        brownoutEveryMs: plan.brownoutEveryMs,
        brownoutLengthMs: plan.brownoutLengthMs,
      }),
    /** Live secrets that end when nobody uses them, also of keys that are revoked. */
    listIdleEnding: (nowMs: number): readonly { readonly keyId: KeyId; readonly version: number }[] =>
      listIdleEnding.all({ nowMs }),
    /** Keeps a secret under a later pepper. */
    rehash: (secret: Pick<NewSecret, 'keyId' | 'version' | 'hash' | 'pepperVersion'>): void =>
      void rehash.run(secret),
    findByOrigin: (originHash: Buffer): { readonly keyId: KeyId; readonly version: number } | null =>
      findByOrigin.get({ originHash }) ?? null,
    findByHash: (hash: Buffer): { readonly keyId: KeyId; readonly version: number } | null =>
      findByHash.get({ hash }) ?? null,
  };
}
