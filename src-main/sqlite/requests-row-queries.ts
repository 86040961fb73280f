import type { DatabaseHandle } from './open-database.ts';

/** A row of requests as it is written. Numbers refer to principals, services and texts. */
export interface StoredRequest {
  readonly id: number;
  readonly requestId: string;
  readonly principalId: number;
  readonly serviceNumber: number;
  readonly code: number;
  readonly source: 0 | 1;
  readonly latencyUs: number;
  readonly cost: number;
  readonly methodId: number | null;
  readonly userAgentId: number | null;
  readonly ruleId: number | null;
  readonly detailId: number | null;
  readonly tagsId: number | null;
  readonly responseStatus: number | null;
  readonly durationUs: number | null;
  readonly responseBytes: number | null;
  readonly errorCodeId: number | null;
  readonly clientIp: string | null;
  readonly path: string | null;
}

/** What a service reported of a request. */
export interface StoredReport {
  readonly id: number;
  readonly responseStatus: number;
  readonly durationUs: number | null;
  readonly responseBytes: number | null;
  readonly errorCodeId: number | null;
}

/** A row that a report may join. */
export interface JoinableRequest {
  readonly id: number;
  readonly principalId: number;
  readonly serviceNumber: number;
  readonly code: number;
  readonly responseStatus: number | null;
}

// Every decision and every report of a request verified elsewhere. By position: binding by name costs as much as the insert.
const INSERT = `
  INSERT INTO requests (id, request_id, principal_id, service_id, code, source, latency_us, cost, method_id, user_agent_id,
    rule_id, detail_id, tags_id, response_status, duration_us, response_bytes, error_code_id, client_ip, path)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

// Every report with a request id, newest row first; requests_by_request_id. Without joins: the owner's names are in memory.
// (SELECT ?) as in verify-queries: SQLite is built with STAT4 and would plan anew at every call (11 µs instead of 2).
const JOINABLE = `
  SELECT
    id,
    principal_id AS principalId,
    service_id AS serviceNumber,
    code,
    response_status AS responseStatus
  FROM requests
  WHERE request_id = (SELECT ?)
  ORDER BY id DESC`;

// Every report that joins; primary key.
const JOIN = `
  UPDATE requests
  SET response_status = @responseStatus, duration_us = @durationUs, response_bytes = @responseBytes,
    error_code_id = @errorCodeId
  WHERE id = @id`;

// Giving an id to a row that is older than the newest; primary key.
const LAST_ID_IN = `SELECT MAX(id) AS id FROM requests WHERE id >= @fromId AND id < @toId`;

// Start, retention and status; primary key.
const OLDEST = `SELECT MIN(id) AS id FROM requests`;
const NEWEST = `SELECT MAX(id) AS id FROM requests`;

// Retention: where a chunk of the oldest rows ends, and the preview of a size limit; primary key.
const ID_AFTER = `SELECT id FROM requests ORDER BY id LIMIT 1 OFFSET @count`;

// Retention, one chunk; primary key.
const REMOVE_BEFORE = `DELETE FROM requests WHERE id < @id`;

// Preview of retention, and the count when the log is opened after an unclean stop; primary key.
const COUNT_BEFORE = `SELECT COUNT(*) AS count FROM requests WHERE id < @id`;

/** Texts of the statements whose plan matters for every report, for the test that reads it. */
export const REPORT_STATEMENTS = { JOINABLE, JOIN } as const;

/** Prepares them. */
export function createRequestsRowQueries(handle: DatabaseHandle) {
  const insert = handle.prepare<unknown[]>(INSERT);
  const joinable = handle.prepare<[string], JoinableRequest>(JOINABLE);
  const join = handle.prepare<StoredReport>(JOIN);
  const lastIdIn = handle.prepare<{ fromId: number; toId: number }, { id: number | null }>(LAST_ID_IN);
  const oldest = handle.prepare<[], { id: number | null }>(OLDEST);
  const newest = handle.prepare<[], { id: number | null }>(NEWEST);
  const idAfter = handle.prepare<{ count: number }, { id: number }>(ID_AFTER);
  const removeBefore = handle.prepare<{ id: number }>(REMOVE_BEFORE);
  const countBefore = handle.prepare<{ id: number }, { count: number }>(COUNT_BEFORE);
  return {
    insert: (row: StoredRequest): void => {
      insert.run(
        row.id,
        row.requestId,
        row.principalId,
        row.serviceNumber,
        row.code,
        row.source,
        row.latencyUs,
        row.cost,
        row.methodId,
        row.userAgentId,
        row.ruleId,
        row.detailId,
        row.tagsId,
        row.responseStatus,
        row.durationUs,
        row.responseBytes,
        row.errorCodeId,
        row.clientIp,
        row.path,
      );
    },
    /** Rows with a request id, newest first: more than one where a caller used its own id again. */
    joinable: (requestId: string): readonly JoinableRequest[] => joinable.all(requestId),
    join: (report: StoredReport): void => void join.run(report),
    /** Highest id in the range, or null. */
    lastIdIn: (fromId: number, toId: number): number | null => lastIdIn.get({ fromId, toId })?.id ?? null,
    oldestId: (): number | null => oldest.get()?.id ?? null,
    newestId: (): number | null => newest.get()?.id ?? null,
    /** Id of the row that has `count` older ones; null when there are not so many. */
    idAfter: (count: number): number | null => idAfter.get({ count })?.id ?? null,
    /** Removes every row below `id`; how many. */
    removeBefore: (id: number): number => removeBefore.run({ id }).changes,
    countBefore: (id: number): number => countBefore.get({ id })?.count ?? 0,
  };
}
