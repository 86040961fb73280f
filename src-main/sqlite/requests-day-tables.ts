import type { DatabaseHandle } from './open-database.ts';
import { ROWS_PER_MS } from './requests-row-id.ts';

const DAY_MS = 86_400_000;
const IDS_PER_DAY = DAY_MS * ROWS_PER_MS;

/** The day of a row, ms UTC / 86,400,000. */
export function dayOfRow(id: number): number {
  return Math.floor(id / IDS_PER_DAY);
}

/** Ids that rows of a day can have, from (inclusive) to (exclusive). */
export function rowsOfDay(day: number): { readonly fromId: number; readonly toId: number } {
  return { fromId: day * IDS_PER_DAY, toId: (day + 1) * IDS_PER_DAY };
}

/** `20261122` of a day: the end of the names of its tables. */
export function nameOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Makes the tables of one day. A day is dropped whole; nothing but the ids that callers gave is indexed, because an index costs
 *  more than the row. */
export function createDayTables(handle: DatabaseHandle, day: number): void {
  const name = nameOfDay(day);
  handle.exec(`
-- id = ms of the request * 1024 + a counter: time order, range by time, no further index and no time column.
CREATE TABLE requests_${name} (
  id INTEGER PRIMARY KEY,
  -- The caller's own id as text; the chance part of ours, whose time is that of the row; NULL = only reported, no decision of ours.
  request_id ANY,
  principal_id INTEGER NOT NULL,
  service_id INTEGER NOT NULL,
  code INTEGER NOT NULL,
  latency_us INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  -- Numbers of texts; 0 = none.
  method_id INTEGER NOT NULL,
  user_agent_id INTEGER NOT NULL,
  rule_id INTEGER NOT NULL,
  detail_id INTEGER NOT NULL,
  -- JSON array of strings.
  tags_id INTEGER NOT NULL,
  -- Address and path are the number of a text that repeats, or below the text itself.
  client_ip_id INTEGER NOT NULL,
  path_id INTEGER NOT NULL,
  client_ip TEXT,
  path TEXT,
  response_status INTEGER,
  duration_us INTEGER,
  response_bytes INTEGER,
  error_code_id INTEGER
) STRICT;
-- Ids that callers gave. Not unique: a caller may use its own id again after five minutes, as may another service.
CREATE TABLE given_ids_${name} (
  request_id TEXT NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (request_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO request_days (day, row_count) VALUES (${String(day)}, 0);`);
}

/** Removes a day with all its rows. */
export function dropDayTables(handle: DatabaseHandle, day: number): void {
  const name = nameOfDay(day);
  handle.exec(`
DROP TABLE requests_${name};
DROP TABLE given_ids_${name};
DELETE FROM request_days WHERE day = ${String(day)};`);
}
