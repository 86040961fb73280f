import type { KeyId, TimestampMs } from '#contract/ids.ts';
import { RESTORE_WINDOW_MS } from '#contract/restore-window.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A pepper as the store knows it: never the pepper itself. ms UTC. */
export interface StoredPepper {
  readonly version: number;
  /** null of the first, which is made of the master secret. */
  readonly fingerprint: string | null;
  readonly madeAtMs: TimestampMs;
  readonly droppedAtMs: TimestampMs | null;
}

/** Where hashes under a pepper are kept. */
export type HashTable = 'secrets' | 'service_tokens' | 'admin_tokens' | 'enrolment_tokens';

/** Tokens are as many as people and services: all of them are looked at in one go. */
export type TokenTable = Exclude<HashTable, 'secrets'>;

/** A secret that is kept under a pepper and could still be used. */
export interface KeptSecret {
  readonly keyId: KeyId;
  readonly keyName: string;
  readonly pepperVersion: number;
}

/** A token that is kept under a pepper and could still be used. */
export interface KeptToken {
  readonly name: string;
  readonly pepperVersion: number;
}

// Start-up and every command on peppers; a table of a few rows.
const LIST = `
  SELECT p.version AS version, p.fingerprint AS fingerprint, p.made_at_ms AS madeAtMs, p.dropped_at_ms AS droppedAtMs
  FROM peppers p
  ORDER BY p.version`;

// peppers.rotate, peppers.drop and restores; primary key.
const PUT = `
  INSERT INTO peppers (version, fingerprint, made_at_ms, dropped_at_ms)
  VALUES (@version, @fingerprint, @madeAtMs, @droppedAtMs)
  ON CONFLICT (version) DO UPDATE
  SET fingerprint = excluded.fingerprint, made_at_ms = excluded.made_at_ms, dropped_at_ms = excluded.dropped_at_ms`;

// Restores.
const CLEAR = `DELETE FROM peppers`;

// peppers.status and peppers.drop, a slice of the keys at a time; primary key of secrets. A key that has expired can be extended, one
// that was just revoked be restored: they count.
const SECRETS_OF = `
  SELECT s.key_id AS keyId, k.name AS keyName, s.pepper_version AS pepperVersion
  FROM secrets s
  JOIN keys k ON k.id = s.key_id
  WHERE s.key_id > @afterId
    AND s.key_id <= @toId
    AND s.pepper_version BETWEEN 1 AND @currentVersion - 1
    AND (s.ends_at_ms IS NULL OR s.ends_at_ms > @nowMs)
    AND (k.revoked_at_ms IS NULL OR k.revoked_at_ms > @nowMs - ${String(RESTORE_WINDOW_MS)})
  ORDER BY s.key_id`;

// peppers.status and peppers.drop; scans of small tables.
const TOKENS_OF = `
  SELECT 'Service ' || v.name AS name, t.pepper_version AS pepperVersion
  FROM service_tokens t
  JOIN services v ON v.id = t.service_id
  WHERE t.pepper_version < @currentVersion AND (t.ends_at_ms IS NULL OR t.ends_at_ms > @nowMs)
  UNION ALL
  SELECT 'Admin token ' || a.name, a.pepper_version
  FROM admin_tokens a
  WHERE a.pepper_version < @currentVersion AND a.revoked_at_ms IS NULL
    AND (a.expires_at_ms IS NULL OR a.expires_at_ms > @nowMs)
  UNION ALL
  SELECT 'Enrolment token ' || e.name, e.pepper_version
  FROM enrolment_tokens e
  WHERE e.pepper_version < @currentVersion AND e.revoked_at_ms IS NULL AND e.expires_at_ms > @nowMs`;

// After a use of what is kept under a retired pepper; unique index of hash. Never back to an earlier pepper.
const REHASH = (table: TokenTable) => `
  UPDATE ${table}
  SET hash = @hash, pepper_version = @pepperVersion
  WHERE hash = @former AND pepper_version < @pepperVersion`;

/** Prepares the statements on peppers and on what is kept under them. */
export function createPepperQueries(handle: DatabaseHandle) {
  const list = handle.prepare<[], StoredPepper>(LIST);
  const put = handle.prepare<StoredPepper>(PUT);
  const clear = handle.prepare<[]>(CLEAR);
  const secretsOf = handle.prepare<
    { afterId: string; toId: string; currentVersion: number; nowMs: number },
    KeptSecret
  >(SECRETS_OF);
  const tokensOf = handle.prepare<{ currentVersion: number; nowMs: number }, KeptToken>(TOKENS_OF);
  type Rehashed = { readonly former: Buffer; readonly hash: Buffer; readonly pepperVersion: number };
  const rehash = {
    service_tokens: handle.prepare<Rehashed>(REHASH('service_tokens')),
    admin_tokens: handle.prepare<Rehashed>(REHASH('admin_tokens')),
    enrolment_tokens: handle.prepare<Rehashed>(REHASH('enrolment_tokens')),
  };
  return {
    /** By version. */
    list: (): readonly StoredPepper[] => list.all(),
    put: (pepper: StoredPepper): void => void put.run(pepper),
    clear: (): void => void clear.run(),
    /** Of keys with ids behind `afterId` up to `toId`, under any pepper before the current one; by key id. */
    secretsOf: (slice: { afterId: string; toId: string; currentVersion: number; nowMs: number }) =>
      secretsOf.all(slice),
    /** Under any pepper before the current one. */
    tokensOf: (asked: { currentVersion: number; nowMs: number }) => tokensOf.all(asked),
    /** Keeps a token under a later pepper. */
    rehashToken: (table: TokenTable, { former, hash, pepperVersion }: Rehashed): void =>
      void rehash[table].run({ former, hash, pepperVersion }),
  };
}
