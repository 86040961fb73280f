import type { TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';
import type { HashTable } from './pepper-queries.ts';

/** How a row is told apart from others of its table without its hash, and by the hash under which it is kept now. */
interface Rehashed {
  readonly id: string;
  readonly number: number | string;
  readonly createdAtMs: number;
  readonly hash: Buffer;
  readonly pepperVersion: number;
}

// A restore, over the present store: scans, but of secrets only while there was a rotation or an import. What tells rows apart is the
// same in a backup: version and moment of a secret, hint and moment of a service token.
const REHASHED: Readonly<Record<HashTable, string>> = {
  secrets: `
    SELECT key_id AS id, version AS number, created_at_ms AS createdAtMs, hash, pepper_version AS pepperVersion
    FROM secrets
    WHERE pepper_version > 1 OR (pepper_version = 1 AND is_imported = 1)`,
  service_tokens: `
    SELECT service_id AS id, hint AS number, created_at_ms AS createdAtMs, hash, pepper_version AS pepperVersion
    FROM service_tokens
    WHERE pepper_version > 1`,
  admin_tokens: `
    SELECT id, hint AS number, created_at_ms AS createdAtMs, hash, pepper_version AS pepperVersion
    FROM admin_tokens
    WHERE pepper_version > 1`,
  enrolment_tokens: `
    SELECT id, hint AS number, created_at_ms AS createdAtMs, hash, pepper_version AS pepperVersion
    FROM enrolment_tokens
    WHERE pepper_version > 1`,
};

// The same restore, over the restored store; primary keys. A hash under a later pepper stays.
const take = (table: HashTable, id: string, number: string) => `
  UPDATE OR IGNORE ${table}
  SET hash = @hash, pepper_version = @pepperVersion
  WHERE ${id} = @id AND ${number} = @number AND created_at_ms = @createdAtMs AND pepper_version < @pepperVersion`;
const TAKE: Readonly<Record<HashTable, string>> = {
  secrets: take('secrets', 'key_id', 'version'),
  service_tokens: take('service_tokens', 'service_id', 'hint'),
  admin_tokens: take('admin_tokens', 'id', 'hint'),
  enrolment_tokens: take('enrolment_tokens', 'id', 'hint'),
};
const TABLES = Object.keys(TAKE) as HashTable[];

// The same restore, at its end; a scan. A hash under no accepted pepper is found by nobody.
const UNFOUND = `
  SELECT key_id AS keyId, version AS version
  FROM secrets
  WHERE pepper_version > 0
    AND pepper_version NOT IN (SELECT value FROM json_each(@accepted))
    AND (ends_at_ms IS NULL OR ends_at_ms > @nowMs)`;

/** Gives the restored store the hashes of the present one, as far as they are of the same secrets and tokens: what was kept anew under a
 *  later pepper since the backup is not kept under a former one again. */
export function takeHashes(present: DatabaseHandle, restored: DatabaseHandle): void {
  for (const table of TABLES) {
    const put = restored.prepare<Rehashed>(TAKE[table]);
    for (const row of present.prepare<[], Rehashed>(REHASHED[table]).iterate()) put.run(row);
  }
}

/** Live secrets that are kept under no accepted pepper, as `keyId version`. */
export function unfoundSecrets(
  handle: DatabaseHandle,
  accepted: readonly number[],
  nowMs: TimestampMs,
): readonly string[] {
  const rows = handle.prepare<
    { accepted: string; nowMs: number },
    { readonly keyId: string; readonly version: number }
  >(UNFOUND);
  return rows
    .all({ accepted: JSON.stringify(accepted), nowMs })
    .map(({ keyId, version }) => `${keyId} ${String(version)}`);
}
