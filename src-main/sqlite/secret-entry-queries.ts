import type Database from 'better-sqlite3';
import type { KeyId } from '#contract/ids.ts';
import type { VerifyRow } from './verify-queries.ts';

/** Columns of a look-up that differ from key to key. All others are shared by a group. */
export type OwnColumn =
  'keyId' | 'keyName' | 'secretVersion' | 'expiresAtMs' | 'createdAtMs' | 'externalId' | 'metaJson';

/** A secret's own columns with what it has in common with others: two secrets of one `likeText` differ, for every service and at every
 *  moment at which neither is written to, in their own columns alone. */
export interface SecretEntry extends Pick<VerifyRow, OwnColumn> {
  /** Of the secret, as a text of two digits a byte. */
  readonly hashHex: string;
  readonly likeText: string;
}

/** As FILL gives it; without a secret, all of that is null. */
type FillRow = { readonly keyId: KeyId; readonly isRefused: 0 | 1 } & (
  SecretEntry | { readonly hashHex: null }
);

// The hash is a text: a million bytes of memory outside of the heap, each with its own keeper, cost more than all else here.
// All that FIND_SECRET reads of a key and its secrets, as it is stored: what stands in other tables is named by its id.
const COLUMNS = `
    k.id AS keyId, k.name AS keyName, s.version AS secretVersion, k.expires_at_ms AS expiresAtMs,
    k.created_at_ms AS createdAtMs, k.external_id AS externalId, k.meta AS metaJson,
    CASE WHEN s.hash IS NULL THEN NULL ELSE hex(s.hash) END AS hashHex,
    json_array(k.environment, k.rules, k.rate_limit, k.rate_limits, k.quota, k.plan_id, k.application_id,
      k.ip_allow, k.origin_allow, k.user_agent_allow, k.service_allow, k.time_allow, k.binding_mode, k.signed_by,
      k.expiry_grace_ms, k.suspended_at_ms, k.suspend_message, k.revoked_at_ms,
      s.pepper_version, s.ends_at_ms, s.brownout_from_ms, s.brownout_every_ms, s.brownout_length_ms,
      CASE WHEN s.ends_at_ms IS NULL THEN NULL ELSE (SELECT MAX(n.created_at_ms) FROM secrets n
        WHERE n.key_id = k.id AND n.ends_at_ms IS NULL) END,
      (SELECT MAX(n.version) FROM secrets n WHERE n.key_id = k.id AND n.ends_at_ms IS NULL),
      (SELECT GROUP_CONCAT(h.scope_id) FROM key_scopes h WHERE h.key_id = k.id),
      k.parent_id, k.child_rate_limit,
      CASE WHEN k.parent_id IS NULL THEN NULL ELSE k.tags END,
      CASE WHEN k.parent_id IS NULL THEN NULL ELSE (SELECT GROUP_CONCAT(h.scope_id)
        FROM key_denials h WHERE h.key_id = k.id) END) AS likeText`;

// The first verification of a secret that is not in memory; unique index of secrets.hash, then primary keys.
const FIND_ENTRY = `
  SELECT ${COLUMNS}
  FROM secrets s
  JOIN keys k ON k.id = s.key_id
  WHERE s.hash = (SELECT @hash)`;

// After the start of a large store, piece by piece; primary keys, in their order. Who is refused is seldom asked for.
const FILL = `
  SELECT ${COLUMNS}, k.revoked_at_ms IS NOT NULL OR k.suspended_at_ms IS NOT NULL AS isRefused
  FROM keys k
  LEFT JOIN secrets s ON s.key_id = k.id
    AND s.ends_at_ms IS NULL
  WHERE k.id > (SELECT @afterId)
  ORDER BY k.id
  LIMIT (SELECT @rows)`;

// Once after the start: is it worth it? Reads the header of the file.
const STORE_BYTES = `
  SELECT p.page_count * s.page_size AS bytes
  FROM pragma_page_count p, pragma_page_size s`;

/** Texts of the statements, for the tests that read them. */
export const ENTRY_STATEMENTS = { FIND_ENTRY, FILL } as const;

/** Statements of the index of secrets. */
export interface SecretEntryQueries {
  /** The secret with this hash, whatever the state of its key. */
  readonly findEntry: (hash: Buffer) => SecretEntry | null;
  /** Hands out the next so many rows behind a key id, one by one: current secrets of keys that are not refused as a whole. The last key id
   *  of them; null when there are no more. */
  readonly fill: (afterId: string, rows: number, take: (entry: SecretEntry) => void) => KeyId | null;
  readonly storeBytes: () => number;
}

/** Prepares the statements of the index of secrets. */
export function createSecretEntryQueries(handle: Database.Database): SecretEntryQueries {
  const findEntry = handle.prepare<{ hash: Buffer }, SecretEntry>(FIND_ENTRY);
  const fill = handle.prepare<{ afterId: string; rows: number }, FillRow>(FILL);
  const storeBytes = handle.prepare<[], { bytes: number }>(STORE_BYTES);
  return {
    findEntry: (hash) => findEntry.get({ hash }) ?? null,
    fill: (afterId, rows, take) => {
      let [read, lastId] = [0, null as KeyId | null];
      // One by one: many at a time would live long enough to become old, and that memory is not given back.
      for (const row of fill.iterate({ afterId, rows })) {
        read += 1;
        lastId = row.keyId;
        if (row.hashHex !== null && row.isRefused === 0) take(row);
      }
      return read < rows ? null : lastId;
    },
    storeBytes: () => storeBytes.get()?.bytes ?? 0,
  };
}

// Whatever is written to a secret, to its key or to what its key holds, each of its secrets is told; by primary keys. What stands in
// other tables belongs to groups.
const OF_KEY = (key: string) => `SELECT secret_changed(s.hash) FROM main.secrets s WHERE s.key_id = ${key};`;
const TOLD_OF = [
  { table: 'keys', key: 'id', own: '' },
  { table: 'secrets', key: 'key_id', own: 'SELECT secret_changed(OLD.hash);' },
  { table: 'key_scopes', key: 'key_id', own: '' },
  { table: 'key_denials', key: 'key_id', own: '' },
] as const;

/** From now on, tells the hash of every secret of which a write to this connection changes something, in the moment of that write.
 *  Triggers of this connection alone: nothing of it is in the file, and no statement can be forgotten. */
export function watchSecrets(handle: Database.Database, onChange: (hash: Buffer) => void): void {
  handle.function('secret_changed', { deterministic: false }, (hash: unknown) => {
    if (Buffer.isBuffer(hash)) onChange(hash);
    return null;
  });
  // Rows that a REPLACE drops are told of, too.
  handle.pragma('recursive_triggers = ON');
  for (const { table, key, own } of TOLD_OF) {
    handle.exec(`
      CREATE TEMP TRIGGER told_${table}_insert AFTER INSERT ON main.${table}
        BEGIN ${OF_KEY(`NEW.${key}`)} END;
      CREATE TEMP TRIGGER told_${table}_update AFTER UPDATE ON main.${table}
        BEGIN ${own} ${OF_KEY(`OLD.${key}`)} ${OF_KEY(`NEW.${key}`)} END;
      CREATE TEMP TRIGGER told_${table}_delete AFTER DELETE ON main.${table}
        BEGIN ${own} ${OF_KEY(`OLD.${key}`)} END;`);
  }
}
