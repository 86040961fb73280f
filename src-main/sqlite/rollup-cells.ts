/** Counts of one bucket, service and code of one principal. */
export interface RollupCell {
  /** Start in ms / width in ms. */
  readonly bucket: number;
  readonly serviceNumber: number;
  readonly code: number;
  readonly total: number;
  /** Reported statuses: 1xx, 2xx, 3xx, 4xx, 5xx and, sixth, 429, which is part of 4xx. */
  readonly statuses: readonly number[];
  /** Time to decide: bins and their counts in turn, bins ascending. Empty = nothing counted. */
  readonly latency: readonly number[];
  /** Duration that services reported, in the same form. */
  readonly duration: readonly number[];
}

/** Statuses of a cell without reports. */
export const NO_STATUSES: readonly number[] = [0, 0, 0, 0, 0, 0];
const NO_BINS: readonly number[] = [];
const STATUS_COUNT = 6;
const ROOM_BYTES = 4_096;
const LATENCY_BIT = 1 << STATUS_COUNT;
const DURATION_BIT = 1 << (STATUS_COUNT + 1);

/** Cells as bytes: some 8 a cell. Each is bucket (as the step from the one before, the first from `firstBucket`), service, code,
 *  total, a byte that says which of the rest is there, the statuses that are not 0, and histograms as a count of bins, then bin
 *  and count in turn; every number as LEB128. `cells` must be in the order of mergeCells. A `writer` of the caller's gives back its own
 *  room. */
export function encodeCells(
  cells: readonly RollupCell[],
  firstBucket: number,
  writer = new CellWriter(),
): Buffer {
  writer.clear();
  let bucket = firstBucket;
  for (const cell of cells) {
    writer.number(cell.bucket - bucket);
    bucket = cell.bucket;
    writer.number(cell.serviceNumber);
    writer.number(cell.code);
    writer.number(cell.total);
    let parts = (cell.latency.length > 0 ? LATENCY_BIT : 0) | (cell.duration.length > 0 ? DURATION_BIT : 0);
    for (let index = 0; index < STATUS_COUNT; index += 1) {
      if (cell.statuses[index] !== 0) parts |= 1 << index;
    }
    writer.byte(parts);
    if (parts % LATENCY_BIT !== 0) for (const count of cell.statuses) if (count !== 0) writer.number(count);
    writer.bins(cell.latency);
    writer.bins(cell.duration);
  }
  return writer.bytes;
}

/** The cells in `bytes`, in their order. Throws when the bytes end inside a cell. */
export function decodeCells(bytes: Uint8Array, firstBucket: number): RollupCell[] {
  const cells: RollupCell[] = [];
  const reader = new NumberReader(bytes);
  let bucket = firstBucket;
  while (!reader.isAtEnd) {
    bucket += reader.next();
    const serviceNumber = reader.next();
    const code = reader.next();
    const total = reader.next();
    const parts = reader.byte();
    const statuses = parts % LATENCY_BIT === 0 ? NO_STATUSES : readStatuses(reader, parts);
    const latency = (parts & LATENCY_BIT) === 0 ? NO_BINS : readBins(reader);
    const duration = (parts & DURATION_BIT) === 0 ? NO_BINS : readBins(reader);
    cells.push({ bucket, serviceNumber, code, total, statuses, latency, duration });
  }
  return cells;
}

/** A histogram as bytes that hold nothing else: bins and counts in turn. Throws when they end inside a number. */
export function decodeHistogram(bytes: Uint8Array): readonly number[] {
  const reader = new NumberReader(bytes);
  const bins: number[] = [];
  while (!reader.isAtEnd) bins.push(reader.byte(), reader.next());
  return bins;
}

/** Both lists as one, cells of one bucket, service and code added up. Each must be in this order: bucket, service, code. */
export function mergeCells(first: readonly RollupCell[], second: readonly RollupCell[]): RollupCell[] {
  const merged: RollupCell[] = [];
  let [at, other] = [0, 0];
  for (;;) {
    const [a, b] = [first[at], second[other]];
    if (a === undefined && b === undefined) return merged;
    const order = a === undefined ? 1 : b === undefined ? -1 : compareCells(a, b);
    if (a !== undefined && b !== undefined && order === 0) merged.push(addCells(a, b));
    else if (a !== undefined && order < 0) merged.push(a);
    else if (b !== undefined) merged.push(b);
    if (order <= 0) at += 1;
    if (order >= 0) other += 1;
  }
}

/** The order of cells in bytes and in merges. */
export function compareCells(a: RollupCell, b: RollupCell): number {
  return a.bucket - b.bucket || a.serviceNumber - b.serviceNumber || a.code - b.code;
}

/** The sum of two cells of one place. */
export function addCells(a: RollupCell, b: RollupCell): RollupCell {
  return {
    ...a,
    total: a.total + b.total,
    statuses: a.statuses.map((count, index) => count + (b.statuses[index] ?? 0)),
    latency: mergeBins(a.latency, b.latency),
    duration: mergeBins(a.duration, b.duration),
  };
}

/** Both histograms as one; each bins and counts in turn, bins ascending. Gives one of them back when the other is empty. */
export function mergeBins(first: readonly number[], second: readonly number[]): readonly number[] {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const merged: number[] = [];
  let [at, other] = [0, 0];
  while (at < first.length || other < second.length) {
    const a = first[at] ?? Number.POSITIVE_INFINITY;
    const b = second[other] ?? Number.POSITIVE_INFINITY;
    const count = (a <= b ? (first[at + 1] ?? 0) : 0) + (b <= a ? (second[other + 1] ?? 0) : 0);
    merged.push(Math.min(a, b), count);
    if (a <= b) at += 2;
    if (b <= a) other += 2;
  }
  return merged;
}

function readStatuses(reader: NumberReader, parts: number): readonly number[] {
  const statuses: number[] = [];
  for (let index = 0; index < STATUS_COUNT; index += 1) {
    statuses.push((parts & (1 << index)) === 0 ? 0 : reader.next());
  }
  return statuses;
}

function readBins(reader: NumberReader): readonly number[] {
  const bins: number[] = [];
  for (let left = reader.byte() * 2; left > 0; left -= 1) bins.push(reader.next());
  return bins;
}

/** Room for the bytes of cells, used again and again: what was written is valid until the next `clear`. */
export class CellWriter {
  #bytes = Buffer.allocUnsafe(ROOM_BYTES);
  #length = 0;

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  byte(byte: number): void {
    if (this.#length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * this.#length);
    this.#bytes[this.#length++] = byte;
  }

  number(number: number): void {
    let rest = number;
    while (rest >= 128) {
      this.byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** Nothing for none of them. */
  bins(bins: readonly number[]): void {
    if (bins.length === 0) return;
    this.byte(bins.length / 2);
    for (const number of bins) this.number(number);
  }
}

class NumberReader {
  readonly #bytes: Uint8Array;
  #index = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#index >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#index];
    if (byte === undefined) throw new Error('Broken invariant: a roll-up ends inside a cell');
    this.#index += 1;
    return byte;
  }

  next(): number {
    let byte = this.byte();
    if (byte < 128) return byte;
    let number = byte & 127;
    for (let factor = 128; byte >= 128; factor *= 128) {
      byte = this.byte();
      number += (byte & 127) * factor;
    }
    return number;
  }
}
