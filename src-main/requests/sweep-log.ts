import { FIRST_PRINCIPAL } from '#main/sqlite/requests-codes.ts';
import { ROLLUP_MS, type RollupWidth } from '#main/sqlite/requests-rollup-queries.ts';
import { atMsOfRow, firstRowOf } from '#main/sqlite/requests-row-id.ts';
import type { RetentionSettings } from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';

/** Rows removed in one step: some ms, between two batches. */
const CHUNK_ROWS = 2_000;
/** Pages given back in one step. */
const CHUNK_PAGES = 512;
/** Principals whose roll-ups are shortened in one step. */
const CHUNK_PRINCIPALS = 200;
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

/** Removes what retention no longer keeps: rows by age, then by size, roll-ups by age, texts without rows, free pages.
 *  Each `next()` is one short step; the caller writes waiting batches in between. */
export function* sweepLog(sweep: Sweep): Generator<void, void, void> {
  yield* removeOldRows(sweep);
  yield* removeOldRollups(sweep);
  yield* keepToSize(sweep);
  removeUnusedTexts(sweep);
  yield* giveBackPages(sweep);
}

function* removeOldRows({ store, retention, nowMs }: Sweep): Generator<void, void, void> {
  const cutoffId = firstRowOf(Math.max(0, nowMs - retention.requestRetentionDays * ROLLUP_MS.day));
  for (;;) {
    const oldest = store.db.rows.oldestId();
    if (oldest === null || oldest >= cutoffId) return;
    const belowId = Math.min(cutoffId, store.db.rows.idAfter(CHUNK_ROWS) ?? cutoffId);
    if (store.removeRows(belowId) === 0) return;
    yield;
  }
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
  yield* removeCells(store, 'minute', after.minuteMs);
  yield* removeCells(store, 'hour', after.hourMs);
}

function* removeCells(
  store: RequestsStore,
  width: RollupWidth,
  beforeMs: number,
): Generator<void, void, void> {
  const rollups = store.db.rollups[width];
  let principal = rollups.nextPrincipal(0);
  while (principal !== null) {
    const from: number = principal;
    principal = store.db.transaction(() => {
      let at: number | null = from;
      for (let step = 0; step < CHUNK_PRINCIPALS && at !== null; step += 1) {
        rollups.removeBefore(at, beforeMs / ROLLUP_MS[width]);
        at = rollups.nextPrincipal(at);
        // The reserved principals count a whole environment: many cells, so each is a step of its own.
        if (from < FIRST_PRINCIPAL) break;
      }
      return at;
    });
    yield;
  }
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
      store.removeRows(store.db.rows.idAfter(CHUNK_ROWS) ?? (store.db.rows.newestId() ?? 0) + 1);
    } else if (!(yield* giveUpOldestMinutes(sweep))) return;
    yield;
  }
}

/** No rows are left and the file is still too large: roll-ups by minute go, a day at a time, today's stay. False when none went. */
function* giveUpOldestMinutes({ store, nowMs }: Sweep): Generator<void, boolean, void> {
  const oldestBucket = store.db.rollups.minute.oldestBucket();
  if (oldestBucket === null) return false;
  const dayOf = (ms: number): number => Math.floor(ms / ROLLUP_MS.day) * ROLLUP_MS.day;
  const minuteMs = dayOf(oldestBucket * ROLLUP_MS.minute) + ROLLUP_MS.day;
  if (minuteMs > nowMs) return false;
  store.raiseFloors({ ...store.floors(), minuteMs: Math.max(minuteMs, store.floors().minuteMs) });
  yield* removeCells(store, 'minute', minuteMs);
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
