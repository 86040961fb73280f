import { timestampMs, type TimestampMs } from '#contract/ids.ts';
import type { LogResponse } from '#contract/verify.ts';
import { must } from '#main/platform/must.ts';
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
  logId: 'log_id',
  rowCount: 'row_count',
  seenCount: 'seen_count',
  session: 'session',
  sequence: 'sequence',
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

  /** Takes over an open database. `newLogId` names the file when it is new. Throws SqliteError. */
  static over(db: RequestsDatabase, newLogId: string): RequestsStore {
    if (db.state.text(FACT.logId) === null) db.state.set(FACT.logId, newLogId);
    return new RequestsStore(db);
  }

  /** Writes batches in one transaction and gives the answers to the reports of each, in order. `facts` of the caller, such as how far
   *  a journal has been read, are set in the same transaction. Throws SqliteError: then nothing of all this is in the file, and the
   *  caller decides what is lost. */
  write(
    batches: readonly Batch[],
    sessionId: string,
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
        this.#writeFacts(batches, sessionId, nowMs, sum(all.map(({ rowCount }) => rowCount)));
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

  /** Writes down that rows may be missing since an unclean stop, once: `seenAtMost` is what the counter could have been. */
  noteUncleanStop(missing: number, seenAtMost: number, nowMs: number): void {
    this.db.transaction(() => {
      this.db.state.addLost('unclean_stop', missing, nowMs);
      this.db.state.set(FACT.seenCount, seenAtMost);
    });
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

  /** Names this file, for the mark beside it. */
  logId(): string {
    return this.db.state.text(FACT.logId) ?? '';
  }

  /** Decisions that were handed to the log up to its last batch. */
  seenCount(): number {
    return this.db.state.number(FACT.seenCount);
  }

  /** A fact that a caller of `write` set; null when it was never set. */
  callerFact(name: string): string | null {
    return this.db.state.text(`${CALLER_FACT}${name}`);
  }

  /** Last batch of a session that is in the file; 0 for none. */
  lastSequence(sessionId: string): number {
    return this.db.state.text(FACT.session) === sessionId ? this.db.state.number(FACT.sequence) : 0;
  }

  restoredUse(): RestoredUse {
    const { state } = this.db;
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

  #writeFacts(batches: readonly Batch[], sessionId: string, nowMs: number, rowCount: number): void {
    const { state } = this.db;
    for (const { reason, count } of batches.flatMap((batch) => batch.lost))
      state.addLost(reason, count, nowMs);
    for (const [reason, count] of this.#lost) state.addLost(reason, count, nowMs);
    const last = must(batches.at(-1), 'a write has at least one batch');
    state.set(FACT.rowCount, this.#rowCount + rowCount);
    state.set(FACT.seenCount, last.seenCount);
    state.set(FACT.session, sessionId);
    state.set(FACT.sequence, last.sequence);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
