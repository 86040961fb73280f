import type Database from 'better-sqlite3';
import type { KeyId, TimestampMs } from '#contract/ids.ts';

/** A key that is to be rotated in a rhythm. ms UTC, durations in ms. */
export interface DueRow {
  readonly keyId: KeyId;
  readonly name: string;
  readonly dueAtMs: TimestampMs;
  readonly rotateEveryMs: number;
}

// Live keys whose current secret is as old as wanted before a moment. Partial index keys_rotate_every, then primary keys.
const DUE = `
  FROM keys k
  JOIN secrets s ON s.key_id = k.id AND s.ends_at_ms IS NULL
  WHERE k.rotate_every_ms IS NOT NULL
    AND k.revoked_at_ms IS NULL
    AND (k.ends_at_ms IS NULL OR k.ends_at_ms > @nowMs)
    AND s.created_at_ms + k.rotate_every_ms <= @beforeMs
    AND NOT EXISTS (SELECT 1 FROM secrets o WHERE o.key_id = k.id AND o.ends_at_ms > @nowMs)`;

// keys.rotationsDue.
const LIST = `
  SELECT k.id AS keyId, k.name AS name, s.created_at_ms + k.rotate_every_ms AS dueAtMs,
    k.rotate_every_ms AS rotateEveryMs
  ${DUE}
  ORDER BY dueAtMs, k.id
  LIMIT @limit`;

// keys.rotationsDue.
const COUNT = `SELECT COUNT(*) AS count ${DUE}`;

/** Prepares the question which keys are to be rotated. */
export function createRotationDueQueries(handle: Database.Database) {
  const list = handle.prepare<{ nowMs: number; beforeMs: number; limit: number }, DueRow>(LIST);
  const count = handle.prepare<{ nowMs: number; beforeMs: number }, { count: number }>(COUNT);
  return {
    /** The longest overdue first. */
    list: (asked: { nowMs: number; beforeMs: number; limit: number }): readonly DueRow[] => list.all(asked),
    count: (asked: { nowMs: number; beforeMs: number }): number => count.get(asked)?.count ?? 0,
  };
}
