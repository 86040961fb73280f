import type Database from 'better-sqlite3';
import type { KeyStatus } from '#contract/keys.ts';

/** How many of some keys have each status. */
export type KeyStatusCounts = Readonly<Record<KeyStatus, number>>;

/** A slice of the keys in the order of their ids, counted. */
export interface CountedSlice {
  readonly counts: KeyStatusCounts;
  /** Where the next slice goes on; null when this was the last one. */
  readonly lastId: string | null;
}

interface CountRow {
  readonly keyCount: number;
  readonly lastId: string | null;
  readonly revoked: number;
  readonly suspended: number;
  readonly expired: number;
  readonly rotating: number;
}

// Figures for monitoring, a slice at a time; primary keys of both tables.
const COUNT_SLICE = `
  SELECT
    COUNT(*) AS keyCount,
    MAX(id) AS lastId,
    COUNT(*) FILTER (WHERE isRevoked) AS revoked,
    COUNT(*) FILTER (WHERE NOT isRevoked AND isSuspended) AS suspended,
    COUNT(*) FILTER (WHERE NOT isRevoked AND NOT isSuspended AND isExpired) AS expired,
    COUNT(*) FILTER (WHERE NOT isRevoked AND NOT isSuspended AND NOT isExpired AND isRotating) AS rotating
  FROM (
    SELECT
      k.id AS id,
      k.revoked_at_ms IS NOT NULL AS isRevoked,
      k.suspended_at_ms IS NOT NULL AS isSuspended,
      COALESCE(k.ends_at_ms <= (SELECT @nowMs), 0) AS isExpired,
      EXISTS (SELECT 1 FROM secrets s WHERE s.key_id = k.id AND s.ends_at_ms > (SELECT @nowMs)) AS isRotating
    FROM keys k
    WHERE k.id > (SELECT @afterId)
    ORDER BY k.id
    LIMIT (SELECT @limit)
  )`;

/** Prepares the count of keys by status. */
export function createKeyCountQueries(handle: Database.Database) {
  const countSlice = handle.prepare<{ afterId: string; limit: number; nowMs: number }, CountRow>(COUNT_SLICE);
  return {
    /** Counts the next `limit` keys after an id; the empty id is before all. About 1 µs a key. */
    slice: (afterId: string, limit: number, nowMs: number): CountedSlice => {
      const row = countSlice.get({ afterId, limit, nowMs }) ?? NOTHING;
      const { keyCount, revoked, suspended, expired, rotating } = row;
      const active = keyCount - revoked - suspended - expired - rotating;
      return {
        counts: { active, rotating, suspended, expired, revoked },
        lastId: keyCount < limit ? null : row.lastId,
      };
    },
  };
}

const NOTHING: CountRow = { keyCount: 0, lastId: null, revoked: 0, suspended: 0, expired: 0, rotating: 0 };
