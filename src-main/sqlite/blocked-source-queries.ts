import type { BlockedSourceId, LeakId, TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A blocked source as stored. */
export interface StoredBlockedSource {
  readonly id: BlockedSourceId;
  readonly network: string;
  readonly reason: string;
  readonly leakId: LeakId | null;
  readonly addedAt: TimestampMs;
  readonly addedBy: string;
  readonly expiresAt: TimestampMs | null;
}

const COLUMNS = `
  id,
  network,
  reason,
  leak_id AS leakId,
  added_at_ms AS addedAt,
  added_by AS addedBy,
  expires_at_ms AS expiresAt`;

// The verifier at start and after each change, and blockedSources.list; a scan of the whole list.
const LIST = `SELECT ${COLUMNS} FROM blocked_sources ORDER BY added_at_ms DESC, network`;

// blockedSources.add and the watch of ceilings; a scan of the list.
const COUNT = `
  SELECT COUNT(*) AS total FROM blocked_sources WHERE expires_at_ms IS NULL OR expires_at_ms > @endedAfterMs`;

// blockedSources.add; unique index on network.
const FIND = `SELECT ${COLUMNS} FROM blocked_sources WHERE network = @network`;

// blockedSources.remove; primary key.
const GET = `SELECT ${COLUMNS} FROM blocked_sources WHERE id = @id`;

// blockedSources.add; primary key, then the unique index.
const PUT = `
  INSERT INTO blocked_sources (id, network, reason, leak_id, added_at_ms, added_by, expires_at_ms)
  VALUES (@id, @network, @reason, @leakId, @addedAt, @addedBy, @expiresAt)
  ON CONFLICT (id) DO UPDATE
  SET
    reason = excluded.reason,
    leak_id = excluded.leak_id,
    added_at_ms = excluded.added_at_ms,
    added_by = excluded.added_by,
    expires_at_ms = excluded.expires_at_ms`;

// blockedSources.remove; primary key.
const DELETE = `DELETE FROM blocked_sources WHERE id = @id`;

// blockedSources.add; a scan of the list.
const DELETE_ENDED = `DELETE FROM blocked_sources WHERE expires_at_ms <= @beforeMs`;

/** Prepares the statements on blocked sources. */
export function createBlockedSourceQueries(handle: DatabaseHandle) {
  const list = handle.prepare<[], StoredBlockedSource>(LIST);
  const count = handle.prepare<{ endedAfterMs: number }, { total: number }>(COUNT);
  const find = handle.prepare<{ network: string }, StoredBlockedSource>(FIND);
  const get = handle.prepare<{ id: BlockedSourceId }, StoredBlockedSource>(GET);
  const put = handle.prepare<StoredBlockedSource>(PUT);
  const remove = handle.prepare<{ id: BlockedSourceId }>(DELETE);
  const deleteEnded = handle.prepare<{ beforeMs: number }>(DELETE_ENDED);
  return {
    /** Newest first, those that have ended too. */
    list: (): readonly StoredBlockedSource[] => list.all(),
    /** Without those that had ended at a moment. */
    count: (endedAfterMs: number): number => count.get({ endedAfterMs })?.total ?? 0,
    /** By its canonical writing. */
    find: (network: string): StoredBlockedSource | null => find.get({ network }) ?? null,
    get: (id: BlockedSourceId): StoredBlockedSource | null => get.get({ id }) ?? null,
    /** Adds one, or replaces all but its network. */
    put: (source: StoredBlockedSource): void => void put.run(source),
    delete: (id: BlockedSourceId): void => void remove.run({ id }),
    deleteEnded: (beforeMs: number): void => void deleteEnded.run({ beforeMs }),
  };
}
