import { histogramBin } from '#main/domain/histogram.ts';
import { codeOfNumber, ENVIRONMENT_PRINCIPALS, NO_KEY_PRINCIPAL } from '#main/sqlite/requests-codes.ts';
import type { RequestsDatabase } from '#main/sqlite/requests-database.ts';
import {
  GROUP_BUCKETS,
  ROLLUP_MS,
  ROLLUP_WIDTHS,
  type RollupWidth,
} from '#main/sqlite/requests-rollup-queries.ts';
import type { CountedRow } from '#main/sqlite/requests-row-queries.ts';
import { mergeCells, type RollupCell } from '#main/sqlite/rollup-cells.ts';
import { cellsByGroup } from './cells-by-group.ts';
import { countsAsUse } from './decision-row.ts';
import { FoldState } from './fold-state.ts';
import { NO_BIN } from './open-cells.ts';
import type { CountedEvent } from './event-words.ts';
import { OpenCounts } from './open-counts.ts';

/** Roll-ups older than these are removed or being removed: nothing is added to them any more. ms UTC. */
export interface RollupFloors {
  readonly minuteMs: number;
  readonly hourMs: number;
}

/** What a question about roll-ups covers. Buckets from (inclusive) to (exclusive); `services` null = all. */
export interface RollupRange {
  readonly principals: readonly number[];
  readonly fromBucket: number;
  readonly toBucket: number;
  readonly services: readonly number[] | null;
}

/** Events in memory from which on they are worth folding into the file. */
const FOLD_EVENTS = 500_000;
/** The same for cells of those that stand for many keys, and of busy keys: up to 1 KB each. */
const FOLD_CELLS = 24_000;
/** Of so few cells of a group it is likely that they are the first: looking before costs as much as writing. */
const FEW_CELLS = 2;
/** Principals folded in one step, and events: some ms. */
const STEP_PRINCIPALS = 500;
const STEP_EVENTS = 20_000;

/** Counts of all requests by principal, time, service and code. The file holds them up to a row, in groups of cells; from that row
 *  on they are counted in memory, and counted again from the rows when the log is opened. So a row costs next to nothing when
 *  it is written, and a kill can neither lose nor double a count. */
export class Rollups {
  readonly #db: RequestsDatabase;
  readonly #fold: FoldState;
  readonly #floors: () => RollupFloors;
  #open = new OpenCounts();
  /** What a fold under way has still to write; null when none is. */
  #folding: OpenCounts | null = null;
  /** Principals that a late event has made part of that fold. */
  readonly #toFold = new Set<number>();
  /** Of the transaction that is being written: counts of rows that the file counts already, and how long the lists were before. */
  #late: OpenCounts | null = null;
  #marks = { open: 0, folding: 0 };
  readonly #countsRest: boolean;

  /** Takes over the file's roll-ups; counts what they do not hold yet, some 1 µs a row, unless another thread does (`countsRest`). */
  constructor(db: RequestsDatabase, floors: () => RollupFloors, countsRest = true) {
    this.#db = db;
    this.#floors = floors;
    this.#fold = new FoldState(db.state);
    this.#countsRest = countsRest;
    if (!countsRest) return;
    if (this.#fold.isUnderWay) this.#folding = new OpenCounts();
    for (const row of db.rows.countedFrom(this.#fold.foldedId)) this.#recount(row);
    this.commit();
  }

  /** Starts counting a transaction; `commit` or `rollBack` ends it. */
  begin(): void {
    this.#late = null;
    this.#marks = { open: this.#open.length, folding: this.#folding?.length ?? 0 };
  }

  /** Counts an event for its key and for its environment; null = no known key. */
  add(event: CountedEvent, environment: 'live' | 'test' | null): void {
    const { rowId, principalId } = event;
    const wholeId = wholeOf(environment);
    const isOfKey = principalId !== NO_KEY_PRINCIPAL;
    const place = this.#place(rowId, wholeId);
    const placeOfKey = isOfKey ? this.#place(rowId, principalId) : place;
    if (place === placeOfKey) (place ?? this.#lateCounts()).add(event, isOfKey, wholeId);
    else {
      (place ?? this.#lateCounts()).add(event, false, wholeId);
      (placeOfKey ?? this.#lateCounts()).add(event, true, 0);
    }
  }

  /** A row of the file when the log is opened: never one that the file counts already. */
  #recount(row: CountedRow): void {
    const event = {
      ...row,
      isRow: true,
      latencyBin: row.isReported ? NO_BIN : histogramBin(row.latencyUs),
      status: row.status ?? 0,
      durationBin: row.durationUs === null ? NO_BIN : histogramBin(row.durationUs / 1_000),
      isUse: !row.isReported && countsAsUse(codeOfNumber(row.code)),
    };
    const wholeId = wholeOf(row.environment);
    this.#place(row.rowId, wholeId)?.add(event, false, wholeId);
    if (row.principalId !== NO_KEY_PRINCIPAL) this.#place(row.rowId, row.principalId)?.add(event, true, 0);
  }

  /** Inside the transaction, after its rows: adds to the file what the file counts already. */
  writeLate(): void {
    const late = this.#late;
    if (late === null) return;
    late.settle(0);
    const floors = this.#floors();
    for (const principalId of late.principals()) this.#merge(late, principalId, floors);
  }

  /** The transaction is in the file. */
  commit(): void {
    this.#open.settle(this.#marks.open);
    this.#folding?.settle(this.#marks.folding);
  }

  /** The transaction failed. */
  rollBack(): void {
    this.#open.cutTo(this.#marks.open);
    this.#folding?.cutTo(this.#marks.folding);
  }

  /** Every row below this is counted in the file. */
  get foldedId(): number {
    return this.#fold.foldedId;
  }

  /** Rows from this one on may be missing in the cells: another thread counts them. */
  get wholeBelowId(): number {
    return this.#countsRest ? Number.MAX_SAFE_INTEGER : this.#fold.foldedId;
  }

  /** Takes over how far another thread has brought the file. */
  readAgain(): void {
    this.#fold.read();
  }

  /** Events that only memory counts. */
  get openEvents(): number {
    return this.#open.length + (this.#folding?.length ?? 0);
  }

  /** Is there enough in memory to be worth a fold? */
  get isFoldDue(): boolean {
    return this.#open.length >= FOLD_EVENTS || this.#open.cellCount >= FOLD_CELLS;
  }

  /** Moves everything that is in memory now into the file, in short steps, each a transaction of its own. */
  *fold(stepPrincipals = STEP_PRINCIPALS): Generator<void, void, void> {
    if (this.#folding === null && this.#open.length === 0) return;
    const folding = this.#folding ?? this.#startFold();
    let queue = folding.principals();
    let at = 0;
    while (at < queue.length || this.#toFold.size > 0) {
      if (this.#toFold.size > 0) {
        queue = folding.principals();
        at = 0;
        this.#toFold.clear();
      }
      const step = queue.slice(at, endOfStep(folding, queue, at, stepPrincipals));
      at += step.length;
      this.#db.transaction(() => {
        const floors = this.#floors();
        for (const principalId of step) this.#merge(folding, principalId, floors);
        this.#fold.reached(step.at(-1) ?? 0);
      });
      this.#fold.read();
      for (const principalId of step) folding.drop(principalId);
      yield;
    }
    this.#db.transaction(() => {
      this.#fold.finish();
    });
    this.#fold.read();
    this.#folding = null;
  }

  /** Cells in a range, by bucket within each principal. */
  cells(width: RollupWidth, range: RollupRange): RollupCell[] {
    const found: RollupCell[] = [];
    for (const principalId of range.principals) {
      for (const cell of this.#cellsOf(width, principalId, range)) {
        if (range.services === null || range.services.includes(cell.serviceNumber)) found.push(cell);
      }
    }
    return found;
  }

  /** Start in ms of the oldest bucket, or a time less than a group before it; null without any. */
  oldestMs(width: RollupWidth): number | null {
    const group = this.#db.rollups[width].oldestGroup();
    return group === null ? null : group * GROUP_BUCKETS[width] * ROLLUP_MS[width];
  }

  /** Last uses that only memory knows, by principal. */
  *openUses(): Generator<{ readonly principalId: number; readonly atMs: number }, void, void> {
    for (const counts of [this.#folding, this.#open]) {
      for (const principalId of counts?.principals() ?? []) {
        const atMs = counts?.lastUseMs(principalId) ?? null;
        if (atMs !== null) yield { principalId, atMs };
      }
    }
  }

  /** Counts that are only in memory, of every key, minutes from (inclusive) to (exclusive). */
  addOpenTotals(...asked: Parameters<OpenCounts['addTotals']>): void {
    this.#open.addTotals(...asked);
    this.#folding?.addTotals(...asked);
  }

  #lateCounts(): OpenCounts {
    return (this.#late ??= new OpenCounts());
  }

  #startFold(): OpenCounts {
    this.#db.transaction(() => {
      this.#fold.start((this.#db.rows.newestId() ?? 0) + 1);
    });
    this.#fold.read();
    this.#folding = this.#open;
    this.#open = new OpenCounts();
    return this.#folding;
  }

  /** Where an event of a row is counted in memory; null when the file counts it. */
  #place(rowId: number, principalId: number): OpenCounts | null {
    if (this.#fold.isFolded(rowId, principalId)) return null;
    if (this.#folding === null || !this.#fold.isBeingFolded(rowId)) return this.#open;
    if (!this.#folding.has(principalId)) this.#toFold.add(principalId);
    return this.#folding;
  }

  #merge(counts: OpenCounts, principalId: number, floors: RollupFloors): void {
    const { lastUseMs, cells } = counts.all(principalId);
    if (lastUseMs !== null) this.#db.dimensions.saveKeyUse(principalId, lastUseMs);
    for (const width of ROLLUP_WIDTHS) {
      const floorMs = width === 'minute' ? floors.minuteMs : width === 'hour' ? floors.hourMs : 0;
      const queries = this.#db.rollups[width];
      for (const [group, added] of cellsByGroup(
        cells[width],
        floorMs / ROLLUP_MS[width],
        GROUP_BUCKETS[width],
      )) {
        const isFew = added.length <= FEW_CELLS;
        if (isFew && queries.addNew({ group, principalId, cells: added })) continue;
        const known = queries.cells(group, principalId);
        queries.put({ group, principalId, cells: known.length === 0 ? added : mergeCells(known, added) });
      }
    }
  }

  #cellsOf(width: RollupWidth, principalId: number, { fromBucket, toBucket }: RollupRange): RollupCell[] {
    const size = GROUP_BUCKETS[width];
    const found: RollupCell[] = [];
    if (!this.#fold.isEmpty) {
      const end = Math.ceil(toBucket / size);
      for (let group = Math.floor(fromBucket / size); group < end; group += 1) {
        for (const cell of this.#db.rollups[width].cells(group, principalId)) {
          if (cell.bucket >= fromBucket && cell.bucket < toBucket) found.push(cell);
        }
      }
    }
    for (const counts of [this.#folding, this.#open]) {
      if (counts === null) continue;
      for (const cell of counts.cells(principalId, width, fromBucket, toBucket)) found.push(cell);
    }
    return found;
  }
}

/** How far a step of a fold goes that begins at `start`: one principal at least. */
function endOfStep(
  counts: OpenCounts,
  queue: readonly number[],
  start: number,
  principalsMax: number,
): number {
  let events = 0;
  let end = start;
  while (end < queue.length && end < start + principalsMax && events < STEP_EVENTS) {
    events += counts.workOf(queue[end] ?? 0);
    end += 1;
  }
  return end;
}

/** Who stands for all keys of an environment, or for no key. */
function wholeOf(environment: 'live' | 'test' | null): number {
  return environment === null ? NO_KEY_PRINCIPAL : ENVIRONMENT_PRINCIPALS[environment];
}
