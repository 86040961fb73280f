import type { ApplicationId, KeyId, TimestampMs } from '#contract/ids.ts';
import type { Environment } from '#contract/key-policy.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A key that works, with who has it. Times in ms UTC. */
export interface HeldKey {
  readonly keyId: KeyId;
  readonly name: string;
  readonly environment: Environment;
  readonly applicationId: ApplicationId;
  readonly applicationName: string;
  readonly createdAtMs: TimestampMs;
  /** null: never. Current only after `lastUsed.sync()`. */
  readonly lastUsedAtMs: TimestampMs | null;
  /** As it was written; may be empty. */
  readonly person: string;
}

interface HeldWindow {
  readonly afterId: string;
  readonly toId: string;
  readonly nowMs: number;
  readonly environment: Environment | null;
}

// hygiene.people; primary key. The last of a window of keys, or none when there are no more than that.
const LAST_OF = `SELECT k.id AS id FROM keys k WHERE k.id > @afterId ORDER BY k.id LIMIT 1 OFFSET @offset`;

// The newest handoff that was not taken back, if it went to a mail address; index handoffs_by_key.
const RECIPIENT = `
  SELECT h.recipient_contact
  FROM handoffs h
  WHERE h.key_id = k.id AND h.state <> 'withdrawn' AND h.recipient_contact LIKE '_%@_%'
  ORDER BY h.created_at_ms DESC, h.id DESC
  LIMIT 1`;

// hygiene.people, window by window; a range of the primary key.
const HELD = `
  SELECT k.id AS keyId, k.name AS name, k.environment AS environment, a.id AS applicationId, a.name AS applicationName,
    k.created_at_ms AS createdAtMs, u.at_ms AS lastUsedAtMs,
    COALESCE(NULLIF(e.contact_email, ''), e.developer, (${RECIPIENT}), a.contact_email) AS person
  FROM keys k
  JOIN applications a ON a.id = k.application_id
  LEFT JOIN enrolments e ON e.key_id = k.id
  LEFT JOIN last_used u ON u.key_id = k.id
  WHERE k.id > @afterId
    AND k.id <= @toId
    AND k.revoked_at_ms IS NULL
    AND k.suspended_at_ms IS NULL
    AND (k.ends_at_ms IS NULL OR k.ends_at_ms > @nowMs)
    AND (k.parent_id IS NULL OR e.contact_email <> '' OR e.developer IS NOT NULL)
    AND (@environment IS NULL OR k.environment = @environment)
  ORDER BY k.id`;

/** Statements on who has keys; each prepared when it is called, which is when somebody looks. */
export function createKeyHolderQueries(handle: DatabaseHandle) {
  return {
    /** Id of the last of `count` keys after one; null = there are fewer. */
    lastOf: (afterId: string, count: number): string | null =>
      handle
        .prepare<{ afterId: string; offset: number }, { id: string }>(LAST_OF)
        .get({ afterId, offset: count - 1 })?.id ?? null,
    /** Keys that work, of a range of ids. */
    held: (window: HeldWindow): readonly HeldKey[] => handle.prepare<HeldWindow, HeldKey>(HELD).all(window),
  };
}
