import type { DatabaseHandle } from './open-database.ts';
import { PackedRows, packedSelect } from './packed-rows.ts';
import { placeOfOwn, rowOfReported, storedRequestId } from './request-id-column.ts';
import { RequestDays } from './request-days.ts';
import { dayOfRow, rowsOfDay } from './requests-day-tables.ts';
import { atMsOfRow, firstRowOf } from './requests-row-id.ts';
import type { RowIdRange } from './row-conditions.ts';
import type { StoredReport, StoredRequest } from './stored-request.ts';

/** A row that a report may join. */
export interface JoinableRequest {
  readonly id: number;
  readonly principalId: number;
  readonly serviceNumber: number;
  readonly code: number;
  readonly responseStatus: number | null;
}

/** What roll-ups count of a row. */
export interface CountedRow {
  readonly rowId: number;
  readonly principalId: number;
  readonly environment: 'live' | 'test' | null;
  readonly serviceNumber: number;
  readonly code: number;
  readonly isReported: boolean;
  readonly latencyUs: number;
  readonly status: number | null;
  readonly durationUs: number | null;
}

/** Who made a request for what under which rule: id, principal, code, number of the address, address, numbers of agent, rule, tags,
 *  method and path, path; 0 = none. */
export type UsedRow = readonly [
  id: number,
  principalId: number,
  code: number,
  addressId: number,
  address: string | null,
  agentId: number,
  ruleId: number,
  tagsId: number,
  methodId: number,
  pathId: number,
  path: string | null,
];

/** Rows of one statement: the cost of starting a statement is shared. */
const TOGETHER = 32;
const COLUMNS = `id, request_id, principal_id, service_id, code, cost, method_id, user_agent_id, rule_id, path_id, client_ip_id,
    latency_us, detail_id, tags_id`;
const ALL_COUNT = 20;

// Nearly every decision: TOGETHER of them, or one. Handing a value to SQLite costs more than the insert, so values are packed:
// see packed-rows.ts.
const INSERT_PACKED = (rows: number) => (day: string) => `
  INSERT INTO requests_${day} (${COLUMNS})
  ${packedSelect(rows)}`;
const INSERT_MANY = INSERT_PACKED(TOGETHER);
const INSERT_ONE = INSERT_PACKED(1);

// Decisions that do not fit into a packed row, and reports of requests verified elsewhere.
const INSERT_ALL = (day: string) => `
  INSERT INTO requests_${day} (${COLUMNS}, client_ip, path, response_status, duration_us, response_bytes, error_code_id)
  VALUES (${Array.from({ length: ALL_COUNT }, () => '?').join(', ')})`;

// Decisions with an id of the caller's.
const INSERT_GIVEN = (day: string) => `INSERT INTO given_ids_${day} (request_id, id) VALUES (?, ?)`;

// Reports and searches by an id of ours; primary key, the rows of one millisecond.
const FIND_OWN = (day: string) => `
  SELECT id
  FROM requests_${day}
  WHERE id >= ? AND id < ? AND request_id = ?
  ORDER BY id DESC`;

// Reports and searches by an id of the caller's; primary key of given_ids.
const FIND_GIVEN = (day: string) => `
  SELECT id
  FROM given_ids_${day}
  WHERE request_id = ?
  ORDER BY id DESC`;

// Searches by the id of a request that was only reported; primary key.
const FIND_REPORTED = (day: string) => `SELECT id FROM requests_${day} WHERE id = ? AND request_id IS NULL`;

// Every report with a request id; primary key. Without joins: the owner's names are in memory.
const JOINABLE = (day: string) => `
  SELECT
    id,
    principal_id AS principalId,
    service_id AS serviceNumber,
    code,
    response_status AS responseStatus
  FROM requests_${day}
  WHERE id = ?`;

// Every report that joins; primary key.
const JOIN = (day: string) => `
  UPDATE requests_${day}
  SET response_status = ?, duration_us = ?, response_bytes = ?, error_code_id = ?
  WHERE id = ?`;

// Giving an id to a row that is older than the newest; primary key.
const LAST_ID_IN = (day: string) => `SELECT MAX(id) AS id FROM requests_${day} WHERE id >= ? AND id < ?`;

// Start, retention and status; primary key.
const OLDEST = (day: string) => `SELECT MIN(id) AS id FROM requests_${day}`;
const NEWEST = (day: string) => `SELECT MAX(id) AS id FROM requests_${day}`;

// Retention: where a chunk of the oldest rows ends, and the preview of a size limit; primary key.
const ID_AFTER = (day: string) => `SELECT id FROM requests_${day} ORDER BY id LIMIT 1 OFFSET ?`;

// Searches: where a chunk of them ends; primary key.
const ID_BELOW = (day: string) => `
  SELECT id
  FROM requests_${day}
  WHERE id >= ? AND id < ?
  ORDER BY id DESC
  LIMIT 1 OFFSET ?`;

// Retention within a day, one chunk; primary keys.
const REMOVE_GIVEN = (day: string) => `
  DELETE FROM given_ids_${day}
  WHERE (request_id, id) IN (SELECT request_id, id FROM requests_${day} WHERE id < ? AND typeof(request_id) = 'text')`;
const REMOVE_BEFORE = (day: string) => `DELETE FROM requests_${day} WHERE id < ?`;

// Preview of retention; primary key.
const COUNT_BEFORE = (day: string) => `SELECT COUNT(*) AS count FROM requests_${day} WHERE id < ?`;

// Hygiene: who used the keys, a chunk of a day; primary key. Principals below 16 are no keys.
const USED = (day: string) => `
  SELECT id, principal_id, code, client_ip_id, client_ip, user_agent_id, rule_id, tags_id, method_id, path_id, path
  FROM requests_${day}
  WHERE id >= ? AND id < ?
  ORDER BY id
  LIMIT ?`;

// Opening the log: rows that the roll-ups of the file do not count yet; primary key.
const COUNTED = (day: string) => `
  SELECT r.id AS rowId, r.principal_id AS principalId, p.environment AS environment, r.service_id AS serviceNumber, r.code AS code,
    r.request_id IS NULL AS isReported, r.latency_us AS latencyUs, r.response_status AS status, r.duration_us AS durationUs
  FROM requests_${day} AS r
  LEFT JOIN principals AS p ON p.id = r.principal_id
  WHERE r.id >= ?`;

/** Texts of the statements whose plan matters, for the test that reads it; each with the name of a day. */
export const ROW_STATEMENTS = {
  FIND_OWN,
  FIND_GIVEN,
  FIND_REPORTED,
  JOINABLE,
  JOIN,
  LAST_ID_IN,
  OLDEST,
  NEWEST,
  REMOVE_GIVEN,
  REMOVE_BEFORE,
} as const;

/** Prepares the statements on rows of requests, one table a day, as days come up. Inserts wait for others of their day: reading and
 *  `flush` write them. `onChange`: see RequestDays. */
export function createRequestsRowQueries(handle: DatabaseHandle, onChange: (day: number) => void) {
  const days = new RequestDays(handle, onChange);
  const inserts = createInserts(days);
  return {
    days,
    ...inserts,
    ...createLookUps(days, inserts.settle),
    ...createEnds(days),
    /** Removes the rows of a day below `id`; how many. */
    removeBefore: (day: number, id: number): number => {
      if (!days.has(day)) return 0;
      days.run(day, REMOVE_GIVEN, [id]);
      const removed = days.run(day, REMOVE_BEFORE, [id]);
      days.count(day, -removed);
      days.save();
      return removed;
    },
    /** The first rows of a range within one day, oldest first. */
    usedIn: (day: number, { fromId, toId }: RowIdRange, limit: number): readonly UsedRow[] =>
      days.lists<UsedRow>(day, USED, [fromId, toId, limit]),
    /** Every row from `id` on, by day. Nothing else may be asked of the file meanwhile. */
    *countedFrom(id: number): Generator<CountedRow, void, void> {
      for (const day of days.oldestFirst()) {
        if (rowsOfDay(day).toId > id) yield* days.each<CountedRow>(day, COUNTED, [id]);
      }
    },
  };
}

function createInserts(days: RequestDays) {
  const packed = new PackedRows(TOGETHER);
  const open = { day: -1, rows: 0 };
  const settle = (): void => {
    for (let row = 0; row < packed.length; row += 1) days.run(open.day, INSERT_ONE, packed.valuesOf(row));
    packed.clear();
    if (open.rows > 0) days.count(open.day, open.rows);
    open.rows = 0;
  };
  const startDay = (day: number): void => {
    settle();
    days.make(day);
    open.day = day;
  };
  const insertAll = (row: StoredRequest): void => {
    const values = allValues(row);
    days.run(open.day, INSERT_ALL, values);
    if (typeof values[1] === 'string') days.run(open.day, INSERT_GIVEN, [row.requestId, row.id]);
  };
  return {
    insert: (row: StoredRequest): void => {
      const day = dayOfRow(row.id);
      // Looked up each time: a day can have been removed since.
      if (day !== open.day || !days.has(day)) startDay(day);
      open.rows += 1;
      if (!packed.add(row)) insertAll(row);
      else if (packed.isFull) {
        days.run(day, INSERT_MANY, packed.values);
        packed.clear();
      }
    },
    /** Writes what waits. */
    settle,
    /** Writes what waits, and how many rows each day has. At the end of a transaction. */
    flush: (): void => {
      settle();
      days.save();
    },
    /** The transaction failed: forgets what was part of it. */
    forget: (): void => {
      open.day = -1;
      open.rows = 0;
      packed.clear();
      days.read();
    },
  };
}

function createLookUps(days: RequestDays, settle: () => void) {
  /** Rows with a request id, newest first: more than one where a caller used its own id again. */
  function* idsOf(requestId: string): Generator<number, void, void> {
    settle();
    const own = placeOfOwn(requestId);
    if (own !== null) {
      const [fromId, toId] = [firstRowOf(own.atMs), firstRowOf(own.atMs + 1)];
      yield* days.ids(dayOfRow(fromId), FIND_OWN, [fromId, toId, own.stored]);
    }
    const reported = rowOfReported(requestId);
    if (reported !== null) yield* days.ids(dayOfRow(reported), FIND_REPORTED, [reported]);
    for (const day of days.newestFirst()) yield* days.ids(day, FIND_GIVEN, [requestId]);
  }
  return {
    idsOf,
    /** A row by its id; undefined when it is not there. */
    joinable: (id: number): JoinableRequest | undefined => {
      settle();
      return days.get<JoinableRequest>(dayOfRow(id), JOINABLE, [id]);
    },
    join: ({ id, responseStatus, durationUs, responseBytes, errorCodeId }: StoredReport): void => {
      days.run(dayOfRow(id), JOIN, [responseStatus, durationUs, responseBytes, errorCodeId, id]);
    },
    /** Highest id in the range, which is within one day, or null. */
    lastIdIn: (fromId: number, toId: number): number | null => {
      settle();
      return days.ids(dayOfRow(fromId), LAST_ID_IN, [fromId, toId])[0] ?? null;
    },
  };
}

function createEnds(days: RequestDays) {
  return {
    oldestId: (): number | null => days.firstOf(days.oldestFirst(), OLDEST),
    newestId: (): number | null => days.firstOf(days.newestFirst(), NEWEST),
    /** Id of the row of a day that has `count` older ones in it; null when there are not so many. */
    idAfter: (day: number, count: number): number | null => days.ids(day, ID_AFTER, [count])[0] ?? null,
    /** Id of the row of a day that has `count` newer ones in the range; null when there are not so many. */
    idBelow: (day: number, fromId: number, toId: number, count: number): number | null =>
      days.ids(day, ID_BELOW, [fromId, toId, count])[0] ?? null,
    /** Rows of a day below `id`. */
    countBefore: (day: number, id: number): number =>
      days.get<{ count: number }>(day, COUNT_BEFORE, [id])?.count ?? 0,
  };
}

function allValues(row: StoredRequest): unknown[] {
  const { id, requestId, clientIp, path, report } = row;
  return [
    id,
    requestId === null ? null : storedRequestId(requestId, atMsOfRow(id)),
    row.principalId,
    row.serviceNumber,
    row.code,
    row.cost,
    row.methodId,
    row.userAgentId,
    row.ruleId,
    typeof path === 'number' ? path : 0,
    typeof clientIp === 'number' ? clientIp : 0,
    row.latencyUs,
    row.detailId,
    row.tagsId,
    typeof clientIp === 'string' ? clientIp : null,
    typeof path === 'string' ? path : null,
    report?.responseStatus ?? null,
    report?.durationUs ?? null,
    report?.responseBytes ?? null,
    report?.errorCodeId ?? null,
  ];
}
