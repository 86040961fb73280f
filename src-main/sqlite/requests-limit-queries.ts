import type { KeyId, TimestampMs } from '#contract/ids.ts';
import type { QuotaNotice } from '#contract/notices.ts';
import type { DatabaseHandle } from './open-database.ts';

/** Use of a quota in its newest calendar period. */
export interface QuotaUseRow {
  /** A key id, `app_…` or `par_…`. */
  readonly ownerId: string;
  readonly period: 'day' | 'month';
  readonly periodStartMs: TimestampMs;
  readonly used: number;
  /** Last decision counted in it. */
  readonly atMs: TimestampMs;
}

/** The same in a batch: `used` as its counter told it, and what the rows of the batch spent, added up. */
export interface QuotaBatchRow extends QuotaUseRow {
  readonly rowUsed: number;
}

/** A quota whose counter and rows say different things of the same period. */
export interface QuotaDrift {
  readonly ownerId: string;
  readonly period: 'day' | 'month';
  readonly periodStartAt: TimestampMs;
  readonly counted: number;
  readonly logged: number;
}

/** The same with what was used of the period before, and until when. */
export interface RestoredQuotaRow extends QuotaUseRow {
  readonly previousUsed: number;
  readonly previousAtMs: TimestampMs;
}

/** Cost that leaves a rate limit window at the latest at leavesAtMs. */
export interface WindowUseRow {
  readonly leavesAtMs: number;
  readonly windowId: string;
  readonly windowMs: number;
  readonly cost: number;
}

/** A notice before it has its number. */
export type NewNotice = Omit<QuotaNotice, 'id'> & { readonly keyId: KeyId };

// Every batch, once a quota; primary key. The same period only grows. A newer one replaces, and so does an earlier one that was
// counted later: the calendar of the quota was changed. Other earlier ones are rows that came late.
const SAVE_QUOTA = `
  INSERT INTO quota_uses (owner_id, period, period_start_ms, used, at_ms, row_used)
  VALUES (@ownerId, @period, @periodStartMs, @used, @atMs, @rowUsed)
  ON CONFLICT (owner_id, period) DO UPDATE
  SET used = CASE WHEN excluded.period_start_ms = period_start_ms THEN MAX(used, excluded.used) ELSE excluded.used END,
    row_used = CASE WHEN excluded.period_start_ms = period_start_ms THEN row_used + excluded.row_used ELSE excluded.row_used END,
    previous_used = CASE WHEN excluded.period_start_ms > period_start_ms THEN used ELSE previous_used END,
    previous_at_ms = CASE WHEN excluded.period_start_ms > period_start_ms THEN at_ms ELSE previous_at_ms END,
    period_start_ms = excluded.period_start_ms,
    at_ms = MAX(at_ms, excluded.at_ms)
  WHERE excluded.period_start_ms >= period_start_ms OR excluded.at_ms > at_ms`;

// Start; a scan.
const QUOTAS = `
  SELECT owner_id AS ownerId, period, period_start_ms AS periodStartMs, used, at_ms AS atMs,
    previous_used AS previousUsed, previous_at_ms AS previousAtMs
  FROM quota_uses`;

// system.status and metrics; the partial index quota_uses_drift, which is empty when all is well.
const DRIFTS = `
  SELECT owner_id AS ownerId, period, period_start_ms AS periodStartAt, used AS counted, row_used AS logged
  FROM quota_uses
  WHERE used <> row_used AND at_ms >= @fromMs
  ORDER BY ABS(used - row_used) DESC
  LIMIT @count`;

// A decision that reached a share of a quota; unique index of owner, period and share: the first one stands.
const ADD_NOTICE = `
  INSERT INTO quota_notices (
    at_ms, owner_kind, owner_id, owner_name, key_id, threshold, used, quota_limit, period, period_start_ms
  )
  VALUES (@at, @ownerKind, @ownerId, @ownerName, @keyId, @threshold, @used, @limit, @period, @periodStartAt)
  ON CONFLICT DO NOTHING`;

// After notices were added; primary key.
const DROP_NOTICES = `
  DELETE FROM quota_notices
  WHERE id <= (SELECT MAX(n.id) FROM quota_notices n) - @keep`;

// notices.list; primary key, backwards.
const NOTICES = `
  SELECT id, at_ms AS at, owner_kind AS ownerKind, owner_id AS ownerId, owner_name AS ownerName, key_id AS keyId, threshold,
    used, quota_limit AS "limit", period, period_start_ms AS periodStartAt
  FROM quota_notices
  WHERE id < @beforeId
  ORDER BY id DESC
  LIMIT @count`;

// Every batch, once a moment or a step of a window; primary key.
const ADD_WINDOW = `
  INSERT INTO window_uses (leaves_at_ms, window_id, window_ms, cost)
  VALUES (@leavesAtMs, @windowId, @windowMs, @cost)
  ON CONFLICT (leaves_at_ms, window_id) DO UPDATE
  SET cost = cost + excluded.cost`;

// Every batch that adds some; front of the primary key.
const DROP_WINDOWS = `DELETE FROM window_uses WHERE leaves_at_ms <= ?`;

// Every batch, once a window; the index of windows.
const WINDOW_ROWS = `
  SELECT COUNT(*) FROM (SELECT 1 FROM window_uses WHERE window_id = @windowId LIMIT @max)`;

// Start; the whole table, in the order of its key.
const WINDOWS = `
  SELECT leaves_at_ms AS leavesAtMs, window_id AS windowId, window_ms AS windowMs, cost
  FROM window_uses
  ORDER BY leaves_at_ms`;

/** Statements on what limits keep: counters of quotas, notices, windows. */
export type RequestsLimitQueries = ReturnType<typeof createRequestsLimitQueries>;

/** Prepares them. */
export function createRequestsLimitQueries(handle: DatabaseHandle) {
  const saveQuota = handle.prepare<QuotaBatchRow>(SAVE_QUOTA);
  const drifts = handle.prepare<{ fromMs: number; count: number }, QuotaDrift>(DRIFTS);
  const quotas = handle.prepare<[], RestoredQuotaRow>(QUOTAS);
  const addNotice = handle.prepare<NewNotice>(ADD_NOTICE);
  const dropNotices = handle.prepare<{ keep: number }>(DROP_NOTICES);
  const notices = handle.prepare<{ beforeId: number; count: number }, QuotaNotice>(NOTICES);
  const addWindow = handle.prepare<WindowUseRow>(ADD_WINDOW);
  const dropWindows = handle.prepare<[number]>(DROP_WINDOWS);
  const windowRows = handle.prepare<{ windowId: string; max: number }, number>(WINDOW_ROWS).pluck();
  const windows = handle.prepare<[], WindowUseRow>(WINDOWS);
  return {
    saveQuota: (row: QuotaBatchRow): void => void saveQuota.run(row),
    /** Quotas used since `fromMs` whose counter and rows differ, the largest difference first. */
    drifts: (fromMs: number, count: number): readonly QuotaDrift[] => drifts.all({ fromMs, count }),
    quotas: (): readonly RestoredQuotaRow[] => quotas.all(),
    addNotice: (notice: NewNotice): void => void addNotice.run(notice),
    /** Keeps the newest `keep`. */
    dropNotices: (keep: number): void => void dropNotices.run({ keep }),
    /** Newest first, below an id. */
    notices: (beforeId: number, count: number): readonly QuotaNotice[] => notices.all({ beforeId, count }),
    addWindow: (row: WindowUseRow): void => void addWindow.run(row),
    /** Rows of a window, at most `max` of them are counted. */
    windowRows: (windowId: string, max: number): number => windowRows.get({ windowId, max }) ?? 0,
    /** Removes what has left its window at nowMs. */
    dropWindows: (nowMs: number): void => void dropWindows.run(nowMs),
    /** By the time they leave. */
    windows: (): readonly WindowUseRow[] => windows.all(),
  };
}
