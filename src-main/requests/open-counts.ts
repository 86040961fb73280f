import { compareCells, addCells, NO_STATUSES, type RollupCell } from '#main/sqlite/rollup-cells.ts';
import { ROLLUP_MS, type RollupWidth } from '#main/sqlite/requests-rollup-queries.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';

/** What is counted: a row, a status reported for a row, or both at once. */
export interface CountedEvent {
  readonly rowId: number;
  readonly principalId: number;
  readonly serviceNumber: number;
  readonly code: number;
  /** Is it a new row, or only a status of one that is counted already? */
  readonly isRow: boolean;
  /** NO_BIN = not decided here, or no new row. */
  readonly latencyBin: number;
  /** 0 = none reported. */
  readonly status: number;
  /** NO_BIN = none reported. */
  readonly durationBin: number;
  /** Was the key used, see countsAsUse? */
  readonly isUse: boolean;
}

export const NO_BIN = 255;
/** In the place of a time within a minute. */
const NO_USE = 65_535;

const FIRST_CAPACITY = 4_096;
const NONE = -1;
/** No principal has this number. */
const NOBODY = 0;
/** Numbers of services and codes fit below these in the key of a cell. */
const SERVICES_MAX = 2 ** 22;
const CODES_MAX = 32;

/** A cell that grows. */
interface OpenCell {
  readonly bucket: number;
  readonly serviceNumber: number;
  readonly code: number;
  total: number;
  statuses: number[] | null;
  /** Bins and their counts in turn, bins ascending. */
  readonly latency: number[];
  readonly duration: number[];
}

/** Counts that are not in the roll-ups of the file yet. Of each key an event is 22 bytes in a list; what stands for many keys (an
 *  environment, no key) is counted into cells at once, because charts of everything ask for it all the time. */
export class OpenCounts {
  #principal = new Uint32Array(FIRST_CAPACITY);
  #next = new Int32Array(FIRST_CAPACITY);
  #minute = new Uint32Array(FIRST_CAPACITY);
  #service = new Uint32Array(FIRST_CAPACITY);
  #status = new Uint16Array(FIRST_CAPACITY);
  #code = new Uint8Array(FIRST_CAPACITY);
  #isRow = new Uint8Array(FIRST_CAPACITY);
  #latency = new Uint8Array(FIRST_CAPACITY);
  #duration = new Uint8Array(FIRST_CAPACITY);
  #whole = new Uint8Array(FIRST_CAPACITY);
  /** ms within the minute. */
  #use = new Uint16Array(FIRST_CAPACITY);
  readonly #heads = new Map<number, number>();
  readonly #wholes = new Map<number, Map<number, OpenCell>>();
  #length = 0;

  /** Events in lists. */
  get length(): number {
    return this.#length;
  }

  /** Cells of those that stand for many keys. */
  get wholeCells(): number {
    let sum = 0;
    for (const cells of this.#wholes.values()) sum += cells.size;
    return sum;
  }

  /** Notes an event. `isOfKey`: for its principal; `wholeId`: once it is settled, for one that stands for many keys, 0 = none. */
  add(event: CountedEvent, isOfKey: boolean, wholeId: number): void {
    const index = this.#length;
    if (index === this.#principal.length) this.#grow();
    this.#principal[index] = isOfKey ? event.principalId : NOBODY;
    if (isOfKey) {
      this.#next[index] = this.#heads.get(event.principalId) ?? NONE;
      this.#heads.set(event.principalId, index);
    }
    this.#whole[index] = wholeId;
    this.#minute[index] = minuteOf(event.rowId);
    this.#service[index] = event.serviceNumber;
    this.#status[index] = event.status;
    this.#code[index] = event.code;
    this.#isRow[index] = event.isRow ? 1 : 0;
    this.#latency[index] = event.latencyBin;
    this.#duration[index] = event.durationBin;
    this.#use[index] = event.isUse ? atMsOfRow(event.rowId) % ROLLUP_MS.minute : NO_USE;
    this.#length += 1;
  }

  /** Forgets the events after the first `length`: they were part of a transaction that failed. */
  cutTo(length: number): void {
    while (this.#length > length) {
      this.#length -= 1;
      const principalId = this.#principal[this.#length] ?? NOBODY;
      if (principalId === NOBODY) continue;
      const before = this.#next[this.#length] ?? NONE;
      if (before === NONE) this.#heads.delete(principalId);
      else this.#heads.set(principalId, before);
    }
  }

  /** The events from the `from`th on are here to stay: counts them for those that stand for many keys. */
  settle(from: number): void {
    for (let index = from; index < this.#length; index += 1) {
      const wholeId = this.#whole[index] ?? 0;
      if (wholeId !== 0) this.#countAt(index, this.#cellsOfWhole(wholeId));
    }
  }

  has(principalId: number): boolean {
    return this.#wholes.has(principalId) || this.#heads.has(principalId);
  }

  /** Everyone with counts, ascending. */
  principals(): readonly number[] {
    return [...this.#wholes.keys(), ...this.#heads.keys()].sort((a, b) => a - b);
  }

  /** When a principal's key was last used, ms UTC; null when it was not. */
  lastUseMs(principalId: number): number | null {
    let newest: number | null = null;
    for (let at = this.#heads.get(principalId) ?? NONE; at !== NONE; at = this.#next[at] ?? NONE) {
      const use = this.#use[at] ?? NO_USE;
      if (use === NO_USE) continue;
      const atMs = (this.#minute[at] ?? 0) * ROLLUP_MS.minute + use;
      if (newest === null || atMs > newest) newest = atMs;
    }
    return newest;
  }

  /** Cells of one principal, buckets from (inclusive) to (exclusive), in the order of mergeCells. */
  cells(principalId: number, width: RollupWidth, fromBucket: number, toBucket: number): RollupCell[] {
    const cells = this.#wholes.get(principalId) ?? this.#gather(principalId);
    if (cells === null) return [];
    const perMinute = ROLLUP_MS[width] / ROLLUP_MS.minute;
    const found: RollupCell[] = [];
    for (const cell of cells.values()) {
      const bucket = Math.floor(cell.bucket / perMinute);
      if (bucket >= fromBucket && bucket < toBucket) found.push(toCell(cell, bucket));
    }
    found.sort(compareCells);
    return width === 'minute' ? found : joined(found);
  }

  /** New rows of every key, and how many of them were refused, minutes from (inclusive) to (exclusive), added to `into`. */
  addTotals(
    fromMinute: number,
    toMinute: number,
    isMeant: (serviceNumber: number) => boolean,
    into: (principalId: number, total: number, refused: number) => void,
  ): void {
    for (let index = 0; index < this.#length; index += 1) {
      const minute = this.#minute[index] ?? 0;
      if (this.#isRow[index] !== 1 || this.#principal[index] === NOBODY) continue;
      if (minute < fromMinute || minute >= toMinute) continue;
      if (!isMeant(this.#service[index] ?? 0)) continue;
      // 0 is VALID.
      into(this.#principal[index] ?? NOBODY, 1, this.#code[index] === 0 ? 0 : 1);
    }
  }

  /** Forgets one principal's counts: they are in the file. Events keep their room. */
  drop(principalId: number): void {
    this.#wholes.delete(principalId);
    for (let at = this.#heads.get(principalId) ?? NONE; at !== NONE; at = this.#next[at] ?? NONE) {
      this.#isRow[at] = 0;
    }
    this.#heads.delete(principalId);
  }

  #gather(principalId: number): Map<number, OpenCell> | null {
    const head = this.#heads.get(principalId);
    if (head === undefined) return null;
    const cells = new Map<number, OpenCell>();
    for (let at = head; at !== NONE; at = this.#next[at] ?? NONE) this.#countAt(at, cells);
    return cells;
  }

  #cellsOfWhole(wholeId: number): Map<number, OpenCell> {
    let cells = this.#wholes.get(wholeId);
    if (cells === undefined) this.#wholes.set(wholeId, (cells = new Map<number, OpenCell>()));
    return cells;
  }

  #countAt(index: number, cells: Map<number, OpenCell>): void {
    const bucket = this.#minute[index] ?? 0;
    const serviceNumber = this.#service[index] ?? 0;
    const code = this.#code[index] ?? 0;
    const key = (bucket * SERVICES_MAX + serviceNumber) * CODES_MAX + code;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = { bucket, serviceNumber, code, total: 0, statuses: null, latency: [], duration: [] };
      cells.set(key, cell);
    }
    cell.total += this.#isRow[index] ?? 0;
    const status = this.#status[index] ?? 0;
    if (status > 0) countStatus((cell.statuses ??= [...NO_STATUSES]), status);
    const [latency, duration] = [this.#latency[index] ?? NO_BIN, this.#duration[index] ?? NO_BIN];
    if (latency !== NO_BIN) increment(cell.latency, latency);
    if (duration !== NO_BIN) increment(cell.duration, duration);
  }

  #grow(): void {
    const capacity = this.#principal.length * 2;
    this.#principal = grown(this.#principal, new Uint32Array(capacity));
    this.#next = grown(this.#next, new Int32Array(capacity));
    this.#minute = grown(this.#minute, new Uint32Array(capacity));
    this.#service = grown(this.#service, new Uint32Array(capacity));
    this.#status = grown(this.#status, new Uint16Array(capacity));
    this.#code = grown(this.#code, new Uint8Array(capacity));
    this.#isRow = grown(this.#isRow, new Uint8Array(capacity));
    this.#latency = grown(this.#latency, new Uint8Array(capacity));
    this.#duration = grown(this.#duration, new Uint8Array(capacity));
    this.#whole = grown(this.#whole, new Uint8Array(capacity));
    this.#use = grown(this.#use, new Uint16Array(capacity));
  }
}

/** Neighbours of one place added up; `cells` sorted. */
export function joined(cells: readonly RollupCell[]): RollupCell[] {
  const sums: RollupCell[] = [];
  for (const cell of cells) {
    const last = sums.at(-1);
    if (last !== undefined && compareCells(last, cell) === 0) sums[sums.length - 1] = addCells(last, cell);
    else sums.push(cell);
  }
  return sums;
}

function grown<T extends { set: (from: T) => void }>(from: T, into: T): T {
  into.set(from);
  return into;
}

function minuteOf(rowId: number): number {
  return Math.floor(atMsOfRow(rowId) / ROLLUP_MS.minute);
}

function countStatus(statuses: number[], status: number): void {
  const index = Math.floor(status / 100) - 1;
  statuses[index] = (statuses[index] ?? 0) + 1;
  if (status === 429) statuses[5] = (statuses[5] ?? 0) + 1;
}

function increment(bins: number[], bin: number): void {
  let at = 0;
  while (at < bins.length && (bins[at] ?? 0) < bin) at += 2;
  if (bins[at] === bin) bins[at + 1] = (bins[at + 1] ?? 0) + 1;
  else bins.splice(at, 0, bin, 1);
}

/** Shares its lists with the cell: to be read before anything else is counted. */
function toCell(cell: OpenCell, bucket: number): RollupCell {
  const { serviceNumber, code, total, latency, duration } = cell;
  return { bucket, serviceNumber, code, total, statuses: cell.statuses ?? NO_STATUSES, latency, duration };
}
