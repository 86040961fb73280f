import type { TimestampMs } from '#contract/ids.ts';
import type { LogResponse } from '#contract/verify.ts';
import { momentOf } from '#main/platform/clock.ts';
import { must } from '#main/platform/must.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import { rowsOfDay } from '#main/sqlite/requests-day-tables.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';
import { BatchUses } from './batch-uses.ts';
import { Dimensions } from './dimensions.ts';
import type { Batch, LostReason, RestoredUse, WorkerStats } from './requests-messages.ts';
import { Rollups, type RollupFloors } from './rollups.ts';
import { RowIds } from './row-ids.ts';
import { writeRows } from './write-batch.ts';

/** Names in the table of facts. */
const FACT = {
  minuteFloor: 'minute_floor_ms',
  hourFloor: 'hour_floor_ms',
  removedBefore: 'removed_before_ms',
} as const;

/** Quotas that were used within this time are compared with their rows: no period is longer than a month. */
const DRIFT_MS = 62 * 86_400_000;
const DRIFTS_MAX = 20;
/** Keeps names that callers choose apart from the store's own. */
const CALLER_FACT = 'caller_';

/** What a caller keeps in the log's file beside the rows, by names of its own. */
export type CallerFacts = Readonly<Record<string, string | number>>;

/** The request log in its file: writes batches, knows its counters. One per open file; belongs to one thread. */
export class RequestsStore {
  readonly db: RequestsDatabase;
  readonly #dimensions: Dimensions;
  readonly #rowIds: RowIds;
  readonly rollups: Rollups;
  #lost = new Map<LostReason, number>();

  /** false for one that reads beside another thread's. */
  readonly isWritten: boolean;

  private constructor(db: RequestsDatabase, isWritten: boolean) {
    this.db = db;
    this.isWritten = isWritten;
    this.#dimensions = new Dimensions(db.dimensions);
    this.#rowIds = new RowIds(db.rows.newestId() ?? 0, db.rows.lastIdIn);
    this.rollups = new Rollups(db, () => this.floors(), isWritten);
  }

  /** Takes over an open database. Throws SqliteError. */
  static over(db: RequestsDatabase): RequestsStore {
    return new RequestsStore(db, true);
  }

  /** A log that another thread writes: for searches of its rows, and nothing that would write. What that thread counts in its memory
   *  is not in the roll-ups. */
  static beside(db: RequestsDatabase): RequestsStore {
    return new RequestsStore(db, false);
  }

  /** Of a log that another thread writes: takes over which days there are now, and how far the roll-ups reach. */
  readAgain(): void {
    this.db.rows.forget();
    this.rollups.readAgain();
  }

  /** Writes batches in one transaction and gives the answers to the reports of each, in order. `facts` of the caller, such as how far
   *  a journal has been read, are set in the same transaction. Throws SqliteError: then nothing of all this is in the file, and the
   *  caller decides what is lost. */
  write(
    batches: readonly Batch[],
    nowMs: number,
    facts: CallerFacts = {},
  ): readonly (readonly LogResponse[])[] {
    const target = { db: this.db, dimensions: this.#dimensions, rowIds: this.#rowIds };
    const counts = { rollups: this.rollups, uses: new BatchUses() };
    this.rollups.begin();
    try {
      const written = this.db.transaction(() => {
        const all = batches.map((batch) => writeRows(target, counts, batch));
        this.db.rows.flush();
        this.rollups.writeLate();
        counts.uses.write(this.db.state, this.db.limits);
        this.#writeLost(batches, nowMs);
        for (const [name, value] of Object.entries(facts)) this.db.state.set(`${CALLER_FACT}${name}`, value);
        return all;
      });
      this.rollups.commit();
      this.#lost = new Map();
      return written;
    } catch (error) {
      // Numbers given inside the transaction are gone with it.
      this.#dimensions.forget();
      this.db.rows.forget();
      this.rollups.rollBack();
      throw error;
    }
  }

  /** Notes rows that have no place in the log any more; written down with the next batch. */
  addLost(reason: LostReason, count: number): void {
    if (count > 0) this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + count);
  }

  /** Writes down losses that no batch carried. */
  saveLost(nowMs: number): void {
    if (this.#lost.size === 0) return;
    this.db.transaction(() => {
      for (const [reason, count] of this.#lost) this.db.state.addLost(reason, count, nowMs);
    });
    this.#lost = new Map();
  }

  /** Removes rows of a day below an id, in one transaction; how many. Rows that only memory counts are kept: fold first. */
  removeRows(day: number, belowId: number): number {
    const { days } = this.db.rows;
    const end = Math.min(belowId, this.rollups.foldedId);
    return this.#removing(end, () => {
      const count = this.db.rows.removeBefore(day, end);
      if (days.rowsOf(day) === 0) days.drop(day);
      return count;
    });
  }

  /** Removes a day whole; how many rows. 0 and nothing removed when only memory counts some of them: fold first. */
  dropDay(day: number): number {
    const { toId } = rowsOfDay(day);
    if (!this.db.rows.days.has(day)) return 0;
    if ((this.db.rows.newestId() ?? 0) >= this.rollups.foldedId && toId > this.rollups.foldedId) return 0;
    return this.#removing(toId, () => this.db.rows.days.drop(day));
  }

  #removing(belowId: number, remove: () => number): number {
    try {
      return this.db.transaction(() => {
        const count = remove();
        if (count > 0) {
          const beforeMs = Math.max(atMsOfRow(belowId), this.removedBeforeMs() ?? 0);
          this.db.state.set(FACT.removedBefore, beforeMs);
        }
        return count;
      });
    } catch (error) {
      this.db.rows.forget();
      throw error;
    }
  }

  /** Removes texts whose newest row is gone. `beforeDay` = ms / 86,400,000 of the oldest row. */
  removeTexts(beforeDay: number): void {
    if (this.db.dimensions.removeTexts(beforeDay) > 0) this.#dimensions.forget();
  }

  /** Forgets the numbers of names: something else removed them from the file. */
  forgetNames(): void {
    this.#dimensions.forget();
    this.db.rows.forget();
  }

  /** From when on the narrower roll-ups are whole, ms UTC; 0 = since ever. Whole days. */
  floors(): RollupFloors {
    return {
      minuteMs: this.db.state.number(FACT.minuteFloor),
      hourMs: this.db.state.number(FACT.hourFloor),
    };
  }

  /** Gives up roll-ups before a day; readers stop using them at once, the cells are removed afterwards. */
  raiseFloors(floors: RollupFloors): void {
    this.db.state.set(FACT.minuteFloor, floors.minuteMs);
    this.db.state.set(FACT.hourFloor, floors.hourMs);
  }

  get rowCount(): number {
    return this.db.rows.days.rowCount;
  }

  /** Older rows were removed by retention; null when none were. */
  removedBeforeMs(): TimestampMs | null {
    const atMs = this.db.state.number(FACT.removedBefore);
    return atMs === 0 ? null : momentOf(atMs);
  }

  /** A fact that a caller of `write` set; null when it was never set. */
  callerFact(name: string): string | null {
    return this.db.state.text(`${CALLER_FACT}${name}`);
  }

  restoredUse(): RestoredUse {
    const { limits, state } = this.db;
    return {
      quotas: limits.quotas(),
      windows: limits.windows(),
      keys: this.#keyUses(),
      services: state.serviceUses(),
    };
  }

  /** Those of the file, and what memory knows of newer ones. */
  #keyUses(): RestoredUse['keys'] {
    const { dimensions } = this.db;
    const open = new Map<number, number>();
    for (const { principalId, atMs } of this.rollups.openUses()) {
      open.set(principalId, Math.max(atMs, open.get(principalId) ?? 0));
    }
    const uses: RestoredUse['keys'][number][] = [];
    for (const { principalId, keyId, version, atMs } of dimensions.keyUses()) {
      uses.push({ keyId, version, atMs: momentOf(Math.max(atMs, open.get(principalId) ?? 0)) });
      open.delete(principalId);
    }
    for (const [principalId, atMs] of open) {
      const secret = must(dimensions.secretOf(principalId), 'a counted key has a principal');
      uses.push({ ...secret, atMs: momentOf(atMs) });
    }
    return uses;
  }

  /** Writes what finds the newest principals by key and owner, in short steps, each a transaction of its own. */
  *indexPrincipals(): Generator<void, void, void> {
    const { dimensions } = this.db;
    while (dimensions.unindexed() > 0) {
      try {
        this.db.transaction(dimensions.indexSome);
      } finally {
        dimensions.readPrincipals();
      }
      yield;
    }
  }

  /** `walBytes` is the size of the file beside the main one. */
  stats(walBytes: number, nowMs: number): WorkerStats {
    const oldest = this.db.rows.oldestId();
    const lost = new Map(this.db.state.lost().map(({ reason, count }) => [reason, count]));
    for (const [reason, count] of this.#lost) lost.set(reason, (lost.get(reason) ?? 0) + count);
    return {
      lostByReason: [...lost].map(([reason, count]) => ({ reason, count })),
      rowCount: this.rowCount,
      sizeBytes: this.db.fileSize().bytes + walBytes,
      oldestAt: oldest === null ? null : atMsOfRow(oldest),
      quotaDrift: this.db.limits.drifts(nowMs - DRIFT_MS, DRIFTS_MAX),
    };
  }

  /** Folds what memory counts, so that the next start need not read rows; closes the file in any case. */
  close(): void {
    try {
      if (this.rollups.openEvents > 0) for (const _step of this.rollups.fold());
      for (const _step of this.indexPrincipals());
    } finally {
      this.db.close();
    }
  }

  #writeLost(batches: readonly Batch[], nowMs: number): void {
    const { state } = this.db;
    for (const { reason, count } of batches.flatMap((batch) => batch.lost))
      state.addLost(reason, count, nowMs);
    for (const [reason, count] of this.#lost) state.addLost(reason, count, nowMs);
  }
}
