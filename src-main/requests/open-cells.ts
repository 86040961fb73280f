import { compareCells, NO_STATUSES, type RollupCell } from '#main/sqlite/rollup-cells.ts';

export const NO_BIN = 255;
/** Codes are below this, and services below the other, in the number of a place. */
export const CODES_MAX = 32;
const SERVICES_MAX = 2 ** 22;
const PLACES_MAX = SERVICES_MAX * CODES_MAX;

/** What one event adds to its cell. */
export interface CellEvent {
  /** Service * CODES_MAX + code. */
  readonly place: number;
  /** 1 for a new row, 0 for a status of one that is counted already. */
  readonly rows: number;
  /** 0 = none reported. */
  readonly status: number;
  /** NO_BIN = none, here and below. */
  readonly latencyBin: number;
  readonly durationBin: number;
}

/** A cell that grows. */
interface OpenCell extends RollupCell {
  /** As of a CellEvent. */
  readonly place: number;
  total: number;
  statuses: readonly number[];
  /** The same once there are any. */
  ownStatuses: number[] | null;
  /** Bins and their counts in turn, bins ascending. */
  readonly latency: number[];
  readonly duration: number[];
}

/** So many cells are found faster by looking at each of them than in a Map, which also takes long to make. */
const LISTED_MAX = 8;

/** Cells of one principal and one width that grow as events are counted. */
export class OpenCells {
  readonly #cells: OpenCell[] = [];
  /** Once there are more than LISTED_MAX. */
  #byKey: Map<number, OpenCell> | null = null;
  /** Events of one bucket come together. */
  #last: OpenCell | null = null;

  get size(): number {
    return this.#cells.length;
  }

  count(bucket: number, { place, rows, status, latencyBin, durationBin }: CellEvent): void {
    const cell = this.#cell(bucket, place);
    cell.total += rows;
    if (status > 0) countStatus(statusesOf(cell), status);
    if (latencyBin !== NO_BIN) increase(cell.latency, latencyBin, 1);
    if (durationBin !== NO_BIN) increase(cell.duration, durationBin, 1);
  }

  /** Adds these to others whose buckets are so many times as wide. */
  addTo(wider: OpenCells, times: number): void {
    for (const { bucket, place, total, statuses, latency, duration } of this.#cells) {
      const cell = wider.#cell(Math.floor(bucket / times), place);
      cell.total += total;
      if (statuses !== NO_STATUSES) {
        const sums = statusesOf(cell);
        statuses.forEach((count, index) => (sums[index] = (sums[index] ?? 0) + count));
      }
      addBins(cell.latency, latency);
      addBins(cell.duration, duration);
    }
  }

  /** Those with buckets from (inclusive) to (exclusive), in the order of mergeCells. They share their lists with these: to be read
   *  before anything else is counted. */
  list(fromBucket = 0, toBucket = Number.POSITIVE_INFINITY): RollupCell[] {
    const found: RollupCell[] = [];
    for (const { bucket, serviceNumber, code, total, statuses, latency, duration } of this.#cells) {
      if (bucket < fromBucket || bucket >= toBucket) continue;
      found.push({ bucket, serviceNumber, code, total, statuses, latency, duration });
    }
    return found.length > 1 ? found.sort(compareCells) : found;
  }

  /** All of them, in the order of mergeCells, and not as copies: for whoever puts them somewhere at once. */
  sorted(): readonly RollupCell[] {
    return this.#cells.length > 1 ? this.#cells.sort(compareCells) : this.#cells;
  }

  #cell(bucket: number, place: number): OpenCell {
    const last = this.#last;
    if (last?.bucket === bucket && last.place === place) return last;
    return (this.#last = this.#find(bucket, place) ?? this.#add(bucket, place));
  }

  #find(bucket: number, place: number): OpenCell | undefined {
    if (this.#byKey !== null) return this.#byKey.get(bucket * PLACES_MAX + place);
    for (const cell of this.#cells) if (cell.bucket === bucket && cell.place === place) return cell;
    return undefined;
  }

  #add(bucket: number, place: number): OpenCell {
    const cell = {
      bucket,
      serviceNumber: Math.floor(place / CODES_MAX),
      code: place % CODES_MAX,
      place,
      total: 0,
      statuses: NO_STATUSES,
      ownStatuses: null,
      latency: [],
      duration: [],
    };
    this.#cells.push(cell);
    if (this.#byKey !== null) this.#byKey.set(bucket * PLACES_MAX + place, cell);
    else if (this.#cells.length > LISTED_MAX) {
      this.#byKey = new Map(this.#cells.map((one) => [one.bucket * PLACES_MAX + one.place, one]));
    }
    return cell;
  }
}

function statusesOf(cell: OpenCell): number[] {
  const own = (cell.ownStatuses ??= [...NO_STATUSES]);
  cell.statuses = own;
  return own;
}

function countStatus(statuses: number[], status: number): void {
  const index = Math.floor(status / 100) - 1;
  statuses[index] = (statuses[index] ?? 0) + 1;
  if (status === 429) statuses[5] = (statuses[5] ?? 0) + 1;
}

function increase(bins: number[], bin: number, count: number): void {
  let at = 0;
  while (at < bins.length && (bins[at] ?? 0) < bin) at += 2;
  if (bins[at] === bin) bins[at + 1] = (bins[at + 1] ?? 0) + count;
  else bins.splice(at, 0, bin, count);
}

function addBins(bins: number[], more: readonly number[]): void {
  for (let at = 0; at < more.length; at += 2) increase(bins, more[at] ?? 0, more[at + 1] ?? 0);
}
