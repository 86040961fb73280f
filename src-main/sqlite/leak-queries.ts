import type { KeyId, LeakId, TimestampMs } from '#contract/ids.ts';
import type { DatabaseHandle } from './open-database.ts';

/** An incident as stored. */
export interface StoredLeak {
  readonly id: LeakId;
  readonly keyId: KeyId;
  readonly keyName: string;
  readonly secretVersion: number | null;
  readonly place: string;
  readonly foundAt: TimestampMs;
  readonly foundBy: string;
  readonly notifiedAt: TimestampMs | null;
  readonly notifiedBy: string | null;
  readonly replacedBy: KeyId | null;
  readonly closedAt: TimestampMs | null;
  readonly closedBy: string | null;
  readonly closedNote: string | null;
}

const COLUMNS = `
  id,
  key_id AS keyId,
  key_name AS keyName,
  secret_version AS secretVersion,
  place,
  found_at_ms AS foundAt,
  found_by AS foundBy,
  notified_at_ms AS notifiedAt,
  notified_by AS notifiedBy,
  replaced_by AS replacedBy,
  closed_at_ms AS closedAt,
  closed_by AS closedBy,
  closed_note AS closedNote`;

const FILTER = `
  (@keyId IS NULL OR key_id = @keyId)
  AND (@isOpen IS NULL OR (closed_at_ms IS NULL) = @isOpen)`;

// Every answer about one incident; primary key.
const GET = `SELECT ${COLUMNS} FROM leaks WHERE id = @id`;

// leaks.match and leaks.record; index leaks_by_key.
const FIND_OPEN = `
  SELECT ${COLUMNS}
  FROM leaks
  WHERE key_id = @keyId AND closed_at_ms IS NULL
  ORDER BY found_at_ms DESC
  LIMIT 1`;

// leaks.list; index leaks_by_time in its order, filters on the way.
const LIST = `
  SELECT ${COLUMNS}
  FROM leaks
  WHERE ${FILTER}
  ORDER BY found_at_ms DESC, id DESC
  LIMIT @limit`;

// leaks.list; a scan of the incidents, which are few.
const COUNT = `SELECT COUNT(*) AS total FROM leaks WHERE ${FILTER}`;

// leaks.record, notify, replace and close; primary key.
const PUT = `
  INSERT INTO leaks (
    id, key_id, key_name, secret_version, place, found_at_ms, found_by, notified_at_ms, notified_by, replaced_by, closed_at_ms,
    closed_by, closed_note
  )
  VALUES (
    @id, @keyId, @keyName, @secretVersion, @place, @foundAt, @foundBy, @notifiedAt, @notifiedBy, @replacedBy, @closedAt, @closedBy,
    @closedNote
  )
  ON CONFLICT (id) DO UPDATE
  SET
    secret_version = excluded.secret_version,
    place = excluded.place,
    notified_at_ms = excluded.notified_at_ms,
    notified_by = excluded.notified_by,
    replaced_by = excluded.replaced_by,
    closed_at_ms = excluded.closed_at_ms,
    closed_by = excluded.closed_by,
    closed_note = excluded.closed_note`;

interface FilterRow {
  readonly keyId: KeyId | null;
  readonly isOpen: 0 | 1 | null;
}

/** Prepares the statements on leaks. */
export function createLeakQueries(handle: DatabaseHandle) {
  const get = handle.prepare<{ id: LeakId }, StoredLeak>(GET);
  const findOpen = handle.prepare<{ keyId: KeyId }, StoredLeak>(FIND_OPEN);
  const list = handle.prepare<FilterRow & { limit: number }, StoredLeak>(LIST);
  const count = handle.prepare<FilterRow, { total: number }>(COUNT);
  const put = handle.prepare<StoredLeak>(PUT);
  return {
    get: (id: LeakId): StoredLeak | null => get.get({ id }) ?? null,
    /** The incident that goes on about a key. */
    findOpen: (keyId: KeyId): StoredLeak | null => findOpen.get({ keyId }) ?? null,
    /** Newest first. */
    list: (filter: FilterRow, limit: number): readonly StoredLeak[] => list.all({ ...filter, limit }),
    count: (filter: FilterRow): number => count.get(filter)?.total ?? 0,
    /** Adds an incident, or replaces what changes of it. */
    put: (leak: StoredLeak): void => void put.run(leak),
  };
}
