import { timestampMs, type TimestampMs } from '#contract/ids.ts';
import type { LogResponse } from '#contract/verify.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';
import { BatchRollups, type RollupFloors } from './batch-rollups.ts';
import { BatchUses } from './batch-uses.ts';
import { Dimensions } from './dimensions.ts';
import type { Batch, LostReason, RestoredUse, WorkerStats } from './requests-messages.ts';
import { RowIds } from './row-ids.ts';
import { writeRows } from './write-batch.ts';

/** Names in the table of facts. */
const FACT = {
  rowCount: 'row_count',
  minuteFloor: 'minute_floor_ms',
  hourFloor: 'hour_floor_ms',
  removedBefore: 'removed_before_ms',
} as const;

/** Keeps names that callers choose apart from the store's own. */
const CALLER_FACT = 'caller_';

/** What a caller keeps in the log's file beside the rows, by names of its own. */
export type CallerFacts = Readonly<Record<string, string | number>>;

/** The request log in its file: writes batches, knows its counters. One per open file; belongs to one thread. */
export class RequestsStore {
  readonly db: RequestsDatabase;
  readonly #dimensions: Dimensions;
  readonly #rowIds: RowIds;
  #rowCount: number;
  #lost = new Map<LostReason, number>();

  private constructor(db: RequestsDatabase) {
    this.db = db;
    this.#dimensions = new Dimensions(db.dimensions);
    this.#rowIds = new RowIds(db.rows.newestId() ?? 0, db.rows.lastIdIn);
    this.#rowCount = db.state.number(FACT.rowCount);
  }

  /** Takes over an open database. Throws SqliteError. */
  static over(db: RequestsDatabase): RequestsStore {
    return new RequestsStore(db);
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
    const counts = { rollups: new BatchRollups(), uses: new BatchUses() };
    try {
      const written = this.db.transaction(() => {
        const all = batches.map((batch) => writeRows(target, counts, batch));
        counts.rollups.write(this.db.rollups, this.floors());
        counts.uses.write(this.db.state, this.db.limits);
        this.#writeFacts(batches, nowMs, sum(all.map(({ rowCount }) => rowCount)));
        for (const [name, value] of Object.entries(facts)) this.db.state.set(`${CALLER_FACT}${name}`, value);
        return all;
      });
      this.#rowCount += sum(written.map(({ rowCount }) => rowCount));
      this.#lost = new Map();
      return written.map(({ replies }) => replies);
    } catch (error) {
      // Numbers given inside the transaction are gone with it.
      this.#dimensions.forget();
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

  /** Removes rows below an id, in one transaction; how many. */
  removeRows(belowId: number): number {
    const removed = this.db.transaction(() => {
      const count = this.db.rows.removeBefore(belowId);
      this.db.state.set(FACT.rowCount, this.#rowCount - count);
      this.db.state.set(FACT.removedBefore, Math.max(atMsOfRow(belowId), this.removedBeforeMs() ?? 0));
      return count;
    });
    this.#rowCount -= removed;
    return removed;
  }

  /** Removes texts whose newest row is gone. `beforeDay` = ms / 86,400,000 of the oldest row. */
  removeTexts(beforeDay: number): void {
    if (this.db.dimensions.removeTexts(beforeDay) > 0) this.#dimensions.forget();
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
    return this.#rowCount;
  }

  /** Older rows were removed by retention; null when none were. */
  removedBeforeMs(): TimestampMs | null {
    const atMs = this.db.state.number(FACT.removedBefore);
    return atMs === 0 ? null : timestampMs.parse(atMs);
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
      keys: state.keyUses(),
      services: state.serviceUses(),
    };
  }

  /** `walBytes` is the size of the file beside the main one. */
  stats(walBytes: number): WorkerStats {
    const oldest = this.db.rows.oldestId();
    const lost = new Map(this.db.state.lost().map(({ reason, count }) => [reason, count]));
    for (const [reason, count] of this.#lost) lost.set(reason, (lost.get(reason) ?? 0) + count);
    return {
      lostByReason: [...lost].map(([reason, count]) => ({ reason, count })),
      rowCount: this.#rowCount,
      sizeBytes: this.db.fileSize().bytes + walBytes,
      oldestAt: oldest === null ? null : atMsOfRow(oldest),
    };
  }

  close(): void {
    this.db.close();
  }

  #writeFacts(batches: readonly Batch[], nowMs: number, rowCount: number): void {
    const { state } = this.db;
    for (const { reason, count } of batches.flatMap((batch) => batch.lost))
      state.addLost(reason, count, nowMs);
    for (const [reason, count] of this.#lost) state.addLost(reason, count, nowMs);
    state.set(FACT.rowCount, this.#rowCount + rowCount);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
