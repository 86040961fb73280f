import type { DatabaseHandle } from '../../open-database.ts';
import { storedRequestId } from '../../request-id-column.ts';
import { createDayTables, dayOfRow, nameOfDay, rowsOfDay } from '../../requests-day-tables.ts';
import {
  createRequestsRollupQueries,
  GROUP_BUCKETS,
  type RollupWidth,
} from '../../requests-rollup-queries.ts';
import { atMsOfRow } from '../../requests-row-id.ts';
import { decodeHistogram, type RollupCell } from '../../rollup-cells.ts';

const rollupTable = (width: RollupWidth): string => `
CREATE TABLE rollups_${width} (
  -- Group * 2^32 + principal.
  id INTEGER PRIMARY KEY,
  total INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  -- See rollup-cells.ts.
  cells BLOB NOT NULL
) STRICT;`;

/** Times are ms UTC. The tables of a day are made as its first row comes: requests-day-tables.ts. */
const TABLES = `
-- day = ms / 86,400,000. Each has the tables requests_YYYYMMDD and given_ids_YYYYMMDD.
CREATE TABLE request_days (
  day INTEGER PRIMARY KEY,
  row_count INTEGER NOT NULL
) STRICT;

-- Counts by principal, service and code: the minutes of an hour, the hours of a day, 32 days in one row.
${rollupTable('minute')}
${rollupTable('hour')}
${rollupTable('day')}
`;

const WIDTHS: readonly RollupWidth[] = ['minute', 'hour', 'day'];
/** Rows of the former roll-ups that are read at once. */
const CHUNK = 20_000;

interface FormerCell {
  readonly principalId: number;
  readonly bucket: number;
  readonly serviceNumber: number;
  readonly code: number;
  readonly total: number;
  readonly status1xx: number;
  readonly status2xx: number;
  readonly status3xx: number;
  readonly status4xx: number;
  readonly status5xx: number;
  readonly status429: number;
  readonly latencyBins: Buffer;
  readonly durationBins: Buffer;
}

/** Version 3: one table of rows a day instead of one for all, roll-ups in groups instead of a row a cell. Moves everything over;
 *  some µs a row. */
export function moveToDays(handle: DatabaseHandle): void {
  for (const width of WIDTHS) handle.exec(`ALTER TABLE rollups_${width} RENAME TO former_${width}`);
  handle.exec(TABLES);
  moveRows(handle);
  for (const width of WIDTHS) moveRollups(handle, width);
  handle.exec(`DELETE FROM facts WHERE name = 'row_count'`);
}

function moveRows(handle: DatabaseHandle): void {
  handle.function('stored_request_id', { deterministic: true, directOnly: true }, (requestId, id, source) =>
    source === 1 ? null : storedRequestId(String(requestId), atMsOfRow(Number(id))),
  );
  const newest = edge(handle, 'MAX');
  for (let from = edge(handle, 'MIN'); from !== null;) {
    const day = dayOfRow(from);
    moveDay(handle, day);
    const next = handle
      .prepare<[number], { id: number | null }>('SELECT MIN(id) AS id FROM requests WHERE id >= ?')
      .get(rowsOfDay(day).toId);
    from = next?.id ?? null;
  }
  // The roll-ups that are moved over count every row.
  handle
    .prepare<[string]>(`INSERT INTO facts (name, value) VALUES ('folded_id', ?)`)
    .run(String((newest ?? 0) + 1));
  handle.exec('DROP TABLE requests');
}

function edge(handle: DatabaseHandle, end: 'MIN' | 'MAX'): number | null {
  return handle.prepare<[], { id: number | null }>(`SELECT ${end}(id) AS id FROM requests`).get()?.id ?? null;
}

function moveDay(handle: DatabaseHandle, day: number): void {
  createDayTables(handle, day);
  const name = nameOfDay(day);
  const { fromId, toId } = rowsOfDay(day);
  const moved = handle
    .prepare<[number, number]>(
      `INSERT INTO requests_${name} (id, request_id, principal_id, service_id, code, latency_us, cost, method_id, user_agent_id,
        rule_id, detail_id, tags_id, client_ip_id, path_id, client_ip, path, response_status, duration_us, response_bytes,
        error_code_id)
      SELECT id, stored_request_id(request_id, id, source), principal_id, service_id, code, latency_us, cost,
        IFNULL(method_id, 0), IFNULL(user_agent_id, 0), IFNULL(rule_id, 0), IFNULL(detail_id, 0), IFNULL(tags_id, 0), 0, 0,
        client_ip, path, response_status, duration_us, response_bytes, error_code_id
      FROM requests
      WHERE id >= ? AND id < ?
      ORDER BY id`,
    )
    .run(fromId, toId);
  handle.exec(`
    INSERT INTO given_ids_${name} (request_id, id)
    SELECT request_id, id FROM requests_${name} WHERE typeof(request_id) = 'text' ORDER BY 1, 2`);
  handle
    .prepare<[number, number]>('UPDATE request_days SET row_count = ? WHERE day = ?')
    .run(moved.changes, day);
}

function moveRollups(handle: DatabaseHandle, width: RollupWidth): void {
  const queries = createRequestsRollupQueries(handle)[width];
  const chunk = handle.prepare<[number, number, number], FormerCell>(
    `SELECT principal_id AS principalId, bucket, service_id AS serviceNumber, code, total, status_1xx AS status1xx,
      status_2xx AS status2xx, status_3xx AS status3xx, status_4xx AS status4xx, status_5xx AS status5xx,
      status_429 AS status429, latency_bins AS latencyBins, duration_bins AS durationBins
    FROM former_${width}
    WHERE (principal_id, bucket) > (?, ?)
    ORDER BY principal_id, bucket, service_id, code
    LIMIT ?`,
  );
  const size = GROUP_BUCKETS[width];
  const open = { principalId: 0, group: 0, cells: [] as RollupCell[] };
  const putOpen = (): void => {
    if (open.cells.length > 0) queries.put(open);
  };
  let after = { principalId: 0, bucket: -1 };
  for (;;) {
    const found = chunk.all(after.principalId, after.bucket, CHUNK);
    const last = found.at(-1);
    if (last === undefined) break;
    // The last bucket of a full chunk may go on in the next one: it is read again there, whole.
    const whole = found.length < CHUNK ? found : found.filter((cell) => !isSameBucket(cell, last));
    for (const cell of whole) {
      const group = Math.floor(cell.bucket / size);
      if (open.principalId !== cell.principalId || open.group !== group) {
        putOpen();
        Object.assign(open, { principalId: cell.principalId, group, cells: [] });
      }
      open.cells.push(toCell(cell));
    }
    after = whole.at(-1) ?? last;
    if (found.length < CHUNK) break;
  }
  putOpen();
  handle.exec(`DROP TABLE former_${width}`);
}

function isSameBucket(a: FormerCell, b: FormerCell): boolean {
  return a.principalId === b.principalId && a.bucket === b.bucket;
}

function toCell(former: FormerCell): RollupCell {
  const { bucket, serviceNumber, code, total } = former;
  const { status1xx, status2xx, status3xx, status4xx, status5xx, status429 } = former;
  return {
    bucket,
    serviceNumber,
    code,
    total,
    statuses: [status1xx, status2xx, status3xx, status4xx, status5xx, status429],
    latency: decodeHistogram(former.latencyBins),
    duration: decodeHistogram(former.durationBins),
  };
}
