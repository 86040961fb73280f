import { dayOfRow, rowsOfDay } from '#main/sqlite/requests-day-tables.ts';
import { GROUP_BUCKETS, ROLLUP_MS, type RollupWidth } from '#main/sqlite/requests-rollup-queries.ts';
import { atMsOfRow, firstRowOf } from '#main/sqlite/requests-row-id.ts';
import { keepHabits } from './keep-habits.ts';
import type { RetentionSettings } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';

/** Rows removed in one step: some ms, between two batches. */
const CHUNK_ROWS = 4_000;
/** A day of at most so many rows is dropped in one step, some 25 ms: SQLite visits each of its pages. Of a larger one chunks are removed
 *  before, which takes ten times as long in all and holds nobody up. */
const DROP_ROWS_MAX = 700_000;
/** Principals without entries, from which on they are worth writing: the more at once, the cheaper each. */
const UNINDEXED_MAX = 16_384;
/** Pages given back in one step. */
const CHUNK_PAGES = 512;
/** Groups of roll-ups removed in one step. */
const CHUNK_GROUPS = 5_000;
/** Free pages are used again by new rows; the file shrinks only when more than this share of it is free. */
const FREE_SHARE_MAX = 0.25;
const MB = 1024 * 1024;

/** What a sweep needs. `walBytes` measures the -wal file, which counts towards the size limit. */
export interface Sweep {
  readonly store: RequestsStore;
  readonly retention: RetentionSettings;
  readonly nowMs: number;
  readonly walBytes: () => number;
}

/** Removes what retention no longer keeps: rows by age, then by size, roll-ups by age, texts without rows, free pages; folds counts, keeps habits.
 *  Each `next()` is one short step; the caller writes waiting batches in between. */
export function* sweepLog(sweep: Sweep): Generator<void, void, void> {
  const { rollups } = sweep.store;
  if (rollups.isFoldDue) yield* rollups.fold();
  if (sweep.store.db.dimensions.unindexed() >= UNINDEXED_MAX) yield* sweep.store.indexPrincipals();
  yield* removeOldRows(sweep);
  yield* removeOldRollups(sweep);
  yield* keepToSize(sweep);
  removeUnusedTexts(sweep);
  yield* giveBackPages(sweep);
  yield* keepHabits(sweep.store, sweep.nowMs);
}

function* removeOldRows({ store, retention, nowMs }: Sweep): Generator<void, void, void> {
  const cutoffId = firstRowOf(Math.max(0, nowMs - retention.requestRetentionDays * ROLLUP_MS.day));
  for (;;) {
    const oldest = store.db.rows.oldestId();
    if (oldest === null || oldest >= cutoffId) return;
    yield* removeSome(store, dayOfRow(oldest), cutoffId);
  }
}

/** Removes the oldest rows of a day that are below an id: all of a day that is no longer wanted, else a chunk. */
function* removeSome(store: RequestsStore, day: number, belowId: number): Generator<void, void, void> {
  const { days, idAfter } = store.db.rows;
  const isWhole = rowsOfDay(day).toId <= belowId && days.rowsOf(day) <= DROP_ROWS_MAX;
  const endId = isWhole ? rowsOfDay(day).toId : Math.min(belowId, idAfter(day, CHUNK_ROWS) ?? belowId);
  // What only memory counts would be gone from the roll-ups with its rows.
  if (endId > store.rollups.foldedId) yield* store.rollups.fold();
  if (isWhole) store.dropDay(day);
  else store.removeRows(day, endId);
  yield;
}

function* removeOldRollups({ store, retention, nowMs }: Sweep): Generator<void, void, void> {
  const dayStart = (days: number): number =>
    Math.max(0, Math.floor((nowMs - days * ROLLUP_MS.day) / ROLLUP_MS.day) * ROLLUP_MS.day);
  const before = store.floors();
  const after = {
    minuteMs: Math.max(before.minuteMs, dayStart(retention.minuteRollupDays)),
    hourMs: Math.max(before.hourMs, dayStart(retention.hourRollupDays)),
  };
  if (after.minuteMs === before.minuteMs && after.hourMs === before.hourMs) return;
  store.raiseFloors(after);
  yield* removeGroups(store, 'minute', after.minuteMs);
  yield* removeGroups(store, 'hour', after.hourMs);
}

function* removeGroups(
  store: RequestsStore,
  width: RollupWidth,
  beforeMs: number,
): Generator<void, void, void> {
  const beforeGroup = beforeMs / ROLLUP_MS[width] / GROUP_BUCKETS[width];
  while (store.db.rollups[width].removeBefore(beforeGroup, CHUNK_GROUPS)) yield;
}

function* keepToSize(sweep: Sweep): Generator<void, void, void> {
  const { store, retention, walBytes } = sweep;
  const bytesMax = retention.requestStoreMbMax * MB;
  const size = (): number => store.db.fileSize().bytes + walBytes();
  if (size() <= bytesMax) return;
  store.db.checkpoint();
  while (size() > bytesMax) {
    if (store.db.fileSize().freeBytes > 0) {
      store.db.shrink(CHUNK_PAGES);
      // Shrinking is itself written to the -wal file.
      store.db.checkpoint();
    } else if (store.rowCount > 0) {
      yield* removeExcess(store, size() - bytesMax);
    } else if (!(yield* giveUpOldestMinutes(sweep))) return;
    yield;
  }
}

/** Removes the oldest day when even without it the file is too large, else a chunk of it. */
function* removeExcess(store: RequestsStore, excessBytes: number): Generator<void, void, void> {
  const { days, oldestId, idAfter } = store.db.rows;
  const day = dayOfRow(oldestId() ?? 0);
  const bytesOfRow = store.db.fileSize().bytes / store.rowCount;
  const isTooMuch = days.rowsOf(day) * bytesOfRow <= excessBytes;
  const { toId } = rowsOfDay(day);
  yield* removeSome(store, day, isTooMuch ? toId : (idAfter(day, CHUNK_ROWS) ?? toId));
}

/** No rows are left and the file is still too large: roll-ups by minute go, a day at a time, today's stay. False when none went. */
function* giveUpOldestMinutes({ store, nowMs }: Sweep): Generator<void, boolean, void> {
  const oldestMs = store.rollups.oldestMs('minute');
  if (oldestMs === null) return false;
  const minuteMs = Math.floor(oldestMs / ROLLUP_MS.day) * ROLLUP_MS.day + ROLLUP_MS.day;
  if (minuteMs > nowMs) return false;
  store.raiseFloors({ ...store.floors(), minuteMs: Math.max(minuteMs, store.floors().minuteMs) });
  yield* removeGroups(store, 'minute', minuteMs);
  return true;
}

function removeUnusedTexts({ store, nowMs }: Sweep): void {
  const oldest = store.db.rows.oldestId();
  const oldestMs = oldest === null ? nowMs : atMsOfRow(oldest);
  store.removeTexts(Math.floor(oldestMs / ROLLUP_MS.day));
}

function* giveBackPages({ store }: Sweep): Generator<void, void, void> {
  for (;;) {
    const { bytes, freeBytes } = store.db.fileSize();
    if (freeBytes <= bytes * FREE_SHARE_MAX || freeBytes < MB) return;
    store.db.shrink(CHUNK_PAGES);
    yield;
  }
}
