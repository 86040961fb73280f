import type { DatabaseHandle } from './open-database.ts';

/** One cell of a roll-up: a principal, a bucket, a service and a code. `bucket` = start in ms / width in ms. */
export interface RollupCell {
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
  /** Part of status4xx. */
  readonly status429: number;
  readonly latencyBins: Buffer;
  readonly durationBins: Buffer;
}

/** What a question about roll-ups covers. Buckets from (inclusive) to (exclusive); `services` null = all. */
export interface RollupRange {
  readonly principals: readonly number[];
  readonly fromBucket: number;
  readonly toBucket: number;
  readonly services: readonly number[] | null;
}

/** Further conditions on cells when looking for buckets that have rows. */
export interface CellCondition {
  /** null = any. */
  readonly codes: readonly number[] | null;
  /** 1 to 5: cells with a reported status of this class; null = any. */
  readonly statusClass: number | null;
}

/** Widths of the roll-up tables. */
export const ROLLUP_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type RollupWidth = keyof typeof ROLLUP_MS;

// Writing a batch, once a cell; primary key. By position: binding by name costs as much as the statement.
const ADD = (width: RollupWidth) => `
  INSERT INTO rollups_${width} (principal_id, bucket, service_id, code, total, status_1xx, status_2xx, status_3xx, status_4xx,
    status_5xx, status_429, latency_bins, duration_bins)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (principal_id, bucket, service_id, code) DO UPDATE
  SET total = total + excluded.total,
    status_1xx = status_1xx + excluded.status_1xx,
    status_2xx = status_2xx + excluded.status_2xx,
    status_3xx = status_3xx + excluded.status_3xx,
    status_4xx = status_4xx + excluded.status_4xx,
    status_5xx = status_5xx + excluded.status_5xx,
    status_429 = status_429 + excluded.status_429,
    latency_bins = CASE WHEN LENGTH(excluded.latency_bins) = 0 THEN latency_bins
      ELSE merge_histograms(latency_bins, excluded.latency_bins) END,
    duration_bins = CASE WHEN LENGTH(excluded.duration_bins) = 0 THEN duration_bins
      ELSE merge_histograms(duration_bins, excluded.duration_bins) END`;

const IN_RANGE = `
  WHERE principal_id IN (SELECT value FROM json_each(@principals))
    AND bucket >= @fromBucket AND bucket < @toBucket
    AND (@services IS NULL OR service_id IN (SELECT value FROM json_each(@services)))`;

// Charts and totals; primary key, one range a principal.
const CELLS = (width: RollupWidth) => `
  SELECT
    principal_id AS principalId,
    bucket,
    service_id AS serviceNumber,
    code,
    total,
    status_1xx AS status1xx,
    status_2xx AS status2xx,
    status_3xx AS status3xx,
    status_4xx AS status4xx,
    status_5xx AS status5xx,
    status_429 AS status429,
    latency_bins AS latencyBins,
    duration_bins AS durationBins
  FROM rollups_${width} ${IN_RANGE}`;

// Top keys and shares of secret versions; primary key, one range a principal.
const TOTALS = (width: RollupWidth) => `
  SELECT principal_id AS principalId, code, SUM(total) AS total
  FROM rollups_${width} ${IN_RANGE}
  GROUP BY principal_id, code`;

// Searches, to skip stretches of the log without a matching row; primary key, one range a principal.
const BUCKETS = (width: RollupWidth) => `
  SELECT DISTINCT bucket
  FROM rollups_${width} ${IN_RANGE}
    AND (@codes IS NULL OR code IN (SELECT value FROM json_each(@codes)))
    AND CASE @statusClass
      WHEN 1 THEN status_1xx WHEN 2 THEN status_2xx WHEN 3 THEN status_3xx
      WHEN 4 THEN status_4xx WHEN 5 THEN status_5xx ELSE 1 END > 0
  ORDER BY bucket DESC`;

// Retention, one principal at a time; primary key.
const REMOVE = (width: RollupWidth) => `
  DELETE FROM rollups_${width}
  WHERE principal_id = @principalId AND bucket < @bucket`;

// Retention, walks the principals that have cells; primary key.
const NEXT_PRINCIPAL = (width: RollupWidth) => `
  SELECT MIN(principal_id) AS id
  FROM rollups_${width}
  WHERE principal_id > ?`;

// Retention, when the file is too large with no rows left; primary key. Every cell is also counted under a reserved principal.
const OLDEST_BUCKET = (width: RollupWidth) => `
  SELECT MIN(bucket) AS bucket
  FROM rollups_${width}
  WHERE principal_id < 16`;

/** Statements on the roll-ups of one width. */
export type RollupQueries = ReturnType<typeof createRollupQueries>;
/** Statements on all three roll-up tables. */
export type RequestsRollupQueries = Readonly<Record<RollupWidth, RollupQueries>>;

/** Prepares them. */
export function createRequestsRollupQueries(handle: DatabaseHandle): RequestsRollupQueries {
  return {
    minute: createRollupQueries(handle, 'minute'),
    hour: createRollupQueries(handle, 'hour'),
    day: createRollupQueries(handle, 'day'),
  };
}

interface RangeParameters {
  readonly principals: string;
  readonly fromBucket: number;
  readonly toBucket: number;
  readonly services: string | null;
}

interface ConditionParameters {
  readonly codes: string | null;
  readonly statusClass: number | null;
}

function createRollupQueries(handle: DatabaseHandle, width: RollupWidth) {
  const add = handle.prepare<unknown[]>(ADD(width));
  const cells = handle.prepare<RangeParameters, RollupCell>(CELLS(width));
  const totals = handle.prepare<RangeParameters, { principalId: number; code: number; total: number }>(
    TOTALS(width),
  );
  const buckets = handle.prepare<RangeParameters & ConditionParameters, { bucket: number }>(BUCKETS(width));
  const remove = handle.prepare<{ principalId: number; bucket: number }>(REMOVE(width));
  const nextPrincipal = handle.prepare<[number], { id: number | null }>(NEXT_PRINCIPAL(width));
  const oldestBucket = handle.prepare<[], { bucket: number | null }>(OLDEST_BUCKET(width));
  return {
    /** Adds counts to a cell. */
    add: (cell: RollupCell): void => {
      add.run(
        cell.principalId,
        cell.bucket,
        cell.serviceNumber,
        cell.code,
        cell.total,
        cell.status1xx,
        cell.status2xx,
        cell.status3xx,
        cell.status4xx,
        cell.status5xx,
        cell.status429,
        cell.latencyBins,
        cell.durationBins,
      );
    },
    /** Cells in a range, in no particular order. */
    cells: (range: RollupRange): readonly RollupCell[] => cells.all(rangeParameters(range)),
    totals: (range: RollupRange) => totals.all(rangeParameters(range)),
    /** Buckets that have a matching cell, newest first. */
    buckets: (range: RollupRange, condition: CellCondition): readonly number[] =>
      buckets
        .all({
          ...rangeParameters(range),
          codes: condition.codes === null ? null : JSON.stringify(condition.codes),
          statusClass: condition.statusClass,
        })
        .map((row) => row.bucket),
    /** Removes a principal's cells before a bucket; how many. */
    removeBefore: (principalId: number, bucket: number): number =>
      remove.run({ principalId, bucket }).changes,
    /** How a chart is read, a line a step; for tests. */
    plan: (): readonly string[] =>
      handle
        .prepare<RangeParameters, { detail: string }>(`EXPLAIN QUERY PLAN ${CELLS(width)}`)
        .all(rangeParameters({ principals: [], fromBucket: 0, toBucket: 1, services: null }))
        .map((step) => step.detail),
    oldestBucket: (): number | null => oldestBucket.get()?.bucket ?? null,
    /** The next principal after `id` that has cells; null at the end. */
    nextPrincipal: (id: number): number | null => nextPrincipal.get(id)?.id ?? null,
  };
}

function rangeParameters(range: RollupRange): RangeParameters {
  return {
    principals: JSON.stringify(range.principals),
    fromBucket: range.fromBucket,
    toBucket: range.toBucket,
    services: range.services === null ? null : JSON.stringify(range.services),
  };
}
