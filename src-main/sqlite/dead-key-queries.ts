import type { KeyId } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A key that is revoked or expired, with what goes with it. Times in ms UTC. */
export interface DeadKey {
  readonly keyId: KeyId;
  readonly name: string;
  readonly revokedAtMs: number | null;
  readonly endsAtMs: number | null;
  readonly childCount: number;
  readonly handoffCount: number;
}

// Each of the two by an index of its own: keys_revoked and keys_by_expiry. A leak that somebody works on needs its key.
const DEAD = `
  SELECT d.id AS id
  FROM (
    SELECT id FROM keys WHERE revoked_at_ms <= @beforeMs
    UNION
    SELECT id FROM keys WHERE expires_at_ms <= @beforeMs AND ends_at_ms <= @beforeMs
  ) d
  WHERE NOT EXISTS (SELECT 1 FROM leaks l WHERE l.key_id = d.id AND l.closed_at_ms IS NULL)`;

// settings.previewPurge.
const COUNT = `
  SELECT COUNT(*) AS count FROM (
    ${DEAD}
    UNION
    SELECT c.id FROM keys c WHERE c.parent_id IN (${DEAD})
  )`;

// Every minute where a retention is set.
const LIST = `
  SELECT k.id AS keyId, k.name AS name, k.revoked_at_ms AS revokedAtMs, k.ends_at_ms AS endsAtMs,
    (SELECT COUNT(*) FROM keys c WHERE c.parent_id = k.id) AS childCount,
    (SELECT COUNT(*) FROM handoffs h WHERE h.key_id = k.id) AS handoffCount
  FROM keys k
  WHERE k.id IN (${DEAD} LIMIT @limit)`;

/** A key and its children. */
const FAMILY = `SELECT id FROM keys WHERE id = @keyId OR parent_id = @keyId`;
const HANDOFFS = `SELECT id FROM handoffs WHERE key_id IN (${FAMILY})`;

// Removal of one key, each once, in this order: what points at something goes before it. First of all, what a restore must know.
const REMOVALS = [
  `INSERT INTO purged_keys (id, revoked_at_ms, revoke_reason)
    SELECT id, COALESCE(revoked_at_ms, @atMs), COALESCE(revoke_reason, 'other') FROM keys WHERE id IN (${FAMILY})
    ON CONFLICT (id) DO NOTHING`,
  `UPDATE enrolments SET removed_at_ms = @atMs WHERE removed_at_ms IS NULL AND key_id IN (${FAMILY})`,
  `DELETE FROM enrolment_tokens WHERE parent_id IN (${FAMILY})`,
  `DELETE FROM rotation_runs WHERE key_id IN (${FAMILY}) OR handoff_id IN (${HANDOFFS})`,
  `DELETE FROM rotation_consents WHERE owner_id IN (${FAMILY})`,
  ...['handoff_contents', 'handoff_events', 'handoff_codes'].map(
    (table) => `DELETE FROM ${table} WHERE handoff_id IN (${HANDOFFS})`,
  ),
  `UPDATE handoffs SET replaced_by = NULL WHERE replaced_by IN (${HANDOFFS})`,
  `DELETE FROM handoffs WHERE key_id IN (${FAMILY})`,
  ...['key_scopes', 'key_denials', 'secrets'].map(
    (table) => `DELETE FROM ${table} WHERE key_id IN (${FAMILY})`,
  ),
  `DELETE FROM keys WHERE parent_id = @keyId`,
  `DELETE FROM keys WHERE id = @keyId`,
];

/** Statements on keys that are dead for long; each prepared when it is called, which is now and then. */
export function createDeadKeyQueries(handle: DatabaseHandle) {
  return {
    /** Keys that were revoked or expired before a moment, and their children. */
    count: (beforeMs: number): number =>
      handle.prepare<{ beforeMs: number }, { count: number }>(COUNT).get({ beforeMs })?.count ?? 0,
    list: (beforeMs: number, limit: number): readonly DeadKey[] =>
      handle.prepare<{ beforeMs: number; limit: number }, DeadKey>(LIST).all({ beforeMs, limit }),
    /** Removes keys with their children and all that hangs on them; requests and the audit trail stay. Inside a transaction. */
    remove: (keyIds: readonly KeyId[], atMs: number): void => {
      const statements = REMOVALS.map((sql) => handle.prepare<{ keyId: KeyId; atMs: number }>(sql));
      for (const keyId of keyIds) {
        for (const statement of statements) statement.run({ keyId, atMs });
      }
    },
  };
}
