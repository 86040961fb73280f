import type { KeyId, PartnerId } from '#contract/ids.ts';
import type { IdleWarning } from '#main/domain/idle-key.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A key that may be unused for long, or was told of as such. Times in ms UTC. */
export interface IdleCandidate {
  readonly keyId: KeyId;
  readonly tier: string;
  readonly isEligible: boolean;
  /** Last use or change. */
  readonly touchedAtMs: number;
  readonly warning: IdleWarning | null;
}

type Row = Omit<IdleCandidate, 'isEligible' | 'warning'> & {
  readonly isEligible: 0 | 1;
  readonly quietSinceMs: number | null;
  readonly idleDays: number | null;
  readonly suspendsAtMs: number | null;
};

interface Window {
  readonly afterId: string;
  readonly toId: string;
  readonly nowMs: number;
  /** Keys that were used or changed later are left out, if they were not told of. */
  readonly touchedBeforeMs: number;
  readonly samplePartners: readonly PartnerId[];
}

// Every minute where a tier has a rule; primary key. The last of a window of keys, or none when there are no more than that.
const LAST_OF = `SELECT k.id AS id FROM keys k WHERE k.id > @afterId ORDER BY k.id LIMIT 1 OFFSET @offset`;

// A child ends soon by itself; a parent may be used by its children alone; two secrets are used by turns.
const ELIGIBLE = `
  k.revoked_at_ms IS NULL
  AND k.suspended_at_ms IS NULL
  AND k.parent_id IS NULL
  AND (k.ends_at_ms IS NULL OR k.ends_at_ms > @nowMs)
  AND p.id NOT IN (SELECT value FROM json_each(@samplePartners))
  AND NOT EXISTS (SELECT 1 FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms > @nowMs)
  AND NOT EXISTS (SELECT 1 FROM keys c WHERE c.parent_id = k.id)
  AND NOT EXISTS (
    SELECT 1 FROM enrolment_tokens t
    WHERE t.parent_id = k.id AND t.revoked_at_ms IS NULL AND t.expires_at_ms > @nowMs
  )`;
const TOUCHED = `
  MAX(
    k.updated_at_ms,
    COALESCE(u.at_ms, 0),
    COALESCE((SELECT MAX(s.created_at_ms) FROM secrets s WHERE s.key_id = k.id), 0)
  )`;

// As above; a range of the primary key.
const CANDIDATES = `
  SELECT k.id AS keyId, p.tier AS tier, (${ELIGIBLE}) AS isEligible, ${TOUCHED} AS touchedAtMs,
    w.quiet_since_ms AS quietSinceMs, w.idle_days AS idleDays, w.suspends_at_ms AS suspendsAtMs
  FROM keys k
  JOIN applications a ON a.id = k.application_id
  JOIN partners p ON p.id = a.partner_id
  LEFT JOIN last_used u ON u.key_id = k.id
  LEFT JOIN idle_warnings w ON w.key_id = k.id
  WHERE k.id > @afterId
    AND k.id <= @toId
    AND (w.key_id IS NOT NULL OR (k.updated_at_ms <= @touchedBeforeMs AND ${TOUCHED} <= @touchedBeforeMs))
  ORDER BY k.id`;

// A key was found unused; primary key.
const WARN = `
  INSERT INTO idle_warnings (key_id, quiet_since_ms, idle_days, suspends_at_ms)
  VALUES (@keyId, @quietSinceMs, @idleDays, @suspendsAtMs)
  ON CONFLICT (key_id) DO UPDATE
  SET quiet_since_ms = excluded.quiet_since_ms, idle_days = excluded.idle_days, suspends_at_ms = excluded.suspends_at_ms`;

// It was used, changed or suspended; primary key.
const FORGET = `DELETE FROM idle_warnings WHERE key_id = @keyId`;

// No tier has a rule: a look at an empty table.
const ANY = `SELECT 1 AS one FROM idle_warnings LIMIT 1`;
const FORGET_ALL = `DELETE FROM idle_warnings`;

/** Statements on keys that nobody uses; each prepared when it is called, which is now and then. */
export function createIdleKeyQueries(handle: DatabaseHandle) {
  return {
    /** Id of the last of `count` keys after one; null = there are fewer. */
    lastOf: (afterId: string, count: number): string | null =>
      handle
        .prepare<{ afterId: string; offset: number }, { id: string }>(LAST_OF)
        .get({ afterId, offset: count - 1 })?.id ?? null,
    candidates: ({ samplePartners, ...window }: Window): readonly IdleCandidate[] =>
      handle
        .prepare<Record<string, string | number>, Row>(CANDIDATES)
        .all({ ...window, samplePartners: JSON.stringify(samplePartners) })
        .map(fromRow),
    warn: (keyId: KeyId, warning: IdleWarning): void =>
      void handle.prepare<IdleWarning & { keyId: KeyId }>(WARN).run({ keyId, ...warning }),
    forget: (keyId: KeyId): void => void handle.prepare<{ keyId: KeyId }>(FORGET).run({ keyId }),
    forgetAll: (): void => {
      if (handle.prepare<[], { one: 1 }>(ANY).get() !== undefined) handle.prepare<[]>(FORGET_ALL).run();
    },
  };
}

function fromRow({ isEligible, quietSinceMs, idleDays, suspendsAtMs, ...row }: Row): IdleCandidate {
  const warning =
    quietSinceMs === null || idleDays === null || suspendsAtMs === null
      ? null
      : { quietSinceMs, idleDays, suspendsAtMs };
  return { ...row, isEligible: isEligible === 1, warning };
}
