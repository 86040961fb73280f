import type { KeyId, TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** What happened to keys in a time. */
interface KeyTurnover {
  readonly createdKeys: number;
  readonly rotations: number;
  readonly revokedKeys: number;
  readonly leaksFound: number;
  readonly leaksOpen: number;
}

// reports.month; index keys_by_created, a scan of keys and secrets, index leaks_by_time. Children of keys come and go by themselves.
const TURNOVER = `
  SELECT
    (SELECT COUNT(*) FROM keys
      WHERE parent_id IS NULL AND created_at_ms >= @from AND created_at_ms < @to) AS createdKeys,
    (SELECT COUNT(*) FROM secrets s
      JOIN keys k ON k.id = s.key_id
      WHERE k.parent_id IS NULL AND s.version > 1 AND s.created_at_ms >= @from AND s.created_at_ms < @to) AS rotations,
    (SELECT COUNT(*) FROM keys
      WHERE parent_id IS NULL AND revoked_at_ms >= @from AND revoked_at_ms < @to) AS revokedKeys,
    (SELECT COUNT(*) FROM leaks WHERE found_at_ms >= @from AND found_at_ms < @to) AS leaksFound,
    (SELECT COUNT(*) FROM leaks WHERE closed_at_ms IS NULL) AS leaksOpen`;

// reports.month; index keys_by_created.
const OLDEST = `SELECT MIN(created_at_ms) AS atMs FROM keys`;

// reports.month; a scan of the requests that people sent.
const UNCONFIRMED = `
  SELECT DISTINCT k.id AS keyId
  FROM access_requests r
  JOIN keys k ON k.id = r.granted_key_id
  WHERE r.state = 'approved' AND r.contact_confirmed_at_ms IS NULL
    AND k.revoked_at_ms IS NULL AND k.suspended_at_ms IS NULL AND (k.ends_at_ms IS NULL OR k.ends_at_ms > @nowMs)
  ORDER BY k.name, k.id`;

/** Statements of the monthly report. */
export function createMonthlyReportQueries(handle: DatabaseHandle) {
  return {
    turnover: (from: TimestampMs, to: TimestampMs): KeyTurnover =>
      handle.prepare<{ from: TimestampMs; to: TimestampMs }, KeyTurnover>(TURNOVER).get({ from, to }) ??
      NOTHING,
    /** When the first key was made; null without keys. */
    oldestKeyAt: (): TimestampMs | null =>
      handle.prepare<[], { atMs: TimestampMs | null }>(OLDEST).get()?.atMs ?? null,
    /** Keys that work and were granted to somebody whose contact nobody has confirmed; by name. */
    unconfirmed: (nowMs: TimestampMs): readonly KeyId[] =>
      handle
        .prepare<{ nowMs: TimestampMs }, { keyId: KeyId }>(UNCONFIRMED)
        .all({ nowMs })
        .map(({ keyId }) => keyId),
  };
}

const NOTHING: KeyTurnover = {
  createdKeys: 0,
  rotations: 0,
  revokedKeys: 0,
  leaksFound: 0,
  leaksOpen: 0,
};
