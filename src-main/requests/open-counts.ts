import type { RollupCell } from '#main/sqlite/rollup-cells.ts';
import { ROLLUP_MS, type RollupWidth } from '#main/sqlite/requests-rollup-queries.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';
import { type CellEvent, CODES_MAX, OpenCells } from './open-cells.ts';

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

/** All that is known of one principal. */
export interface OpenPrincipal {
  /** When its key was last used, ms UTC; null when it was not. */
  readonly lastUseMs: number | null;
  /** In the order of mergeCells. */
  readonly cells: Readonly<Record<RollupWidth, readonly RollupCell[]>>;
}

const FIRST_CAPACITY = 4_096;
/** An event is so many words, side by side: to follow the list of a key means one access to memory an event. */
const WORDS = 6;
const WORD = { principal: 0, next: 1, minute: 2, place: 3, counts: 4, use: 5 } as const;
/** The end of a list. */
const NONE = 0xffff_ffff;
/** No principal has this number. */
const NOBODY = 0;
/** In the place of a time within a minute. */
const NO_USE = 0xffff;
/** Above service and code. */
const ROW_BIT = 1 << 27;
/** In `counts`: status, latency, duration. In `use`: ms within the minute, who is counted together. */
const BYTE = 0xff;
const HALF = 0xffff;

/** Counts that are not in the roll-ups of the file yet. Of each key an event is 24 bytes in a list; what stands for many keys (an
 *  environment, no key) is counted into cells at once, because charts of everything ask for it all the time. */
export class OpenCounts {
  #words = new Uint32Array(FIRST_CAPACITY * WORDS);
  readonly #heads = new Map<number, number>();
  readonly #wholes = new Map<number, OpenCells>();
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
    const { principalId, rowId, serviceNumber, code, status, latencyBin, durationBin } = event;
    const at = this.#length * WORDS;
    if (at === this.#words.length) this.#grow();
    const words = this.#words;
    words[at + WORD.principal] = isOfKey ? principalId : NOBODY;
    words[at + WORD.next] = isOfKey ? (this.#heads.get(principalId) ?? NONE) : NONE;
    if (isOfKey) this.#heads.set(principalId, this.#length);
    const atMs = atMsOfRow(rowId);
    const minute = Math.floor(atMs / ROLLUP_MS.minute);
    words[at + WORD.minute] = minute;
    words[at + WORD.place] = (serviceNumber * CODES_MAX + code) | (event.isRow ? ROW_BIT : 0);
    words[at + WORD.counts] = status | (latencyBin << 16) | (durationBin << 24);
    words[at + WORD.use] = (event.isUse ? atMs - minute * ROLLUP_MS.minute : NO_USE) | (wholeId << 16);
    this.#length += 1;
  }

  /** Forgets the events after the first `length`: they were part of a transaction that failed. */
  cutTo(length: number): void {
    while (this.#length > length) {
      this.#length -= 1;
      const principalId = this.#word(this.#length, WORD.principal);
      if (principalId === NOBODY) continue;
      const before = this.#word(this.#length, WORD.next);
      if (before === NONE) this.#heads.delete(principalId);
      else this.#heads.set(principalId, before);
    }
  }

  /** The events from the `from`th on are here to stay: counts them for those that stand for many keys. */
  settle(from: number): void {
    for (let index = from; index < this.#length; index += 1) {
      const wholeId = this.#word(index, WORD.use) >>> 16;
      if (wholeId !== 0)
        this.#cellsOfWhole(wholeId).count(this.#word(index, WORD.minute), this.#event(index));
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
    for (let at = this.#first(principalId); at !== NONE; at = this.#word(at, WORD.next)) {
      newest = later(newest, this.#useMs(at));
    }
    return newest;
  }

  /** Cells of one principal, buckets from (inclusive) to (exclusive), in the order of mergeCells. */
  cells(principalId: number, width: RollupWidth, fromBucket: number, toBucket: number): RollupCell[] {
    const minutes = ROLLUP_MS[width] / ROLLUP_MS.minute;
    const whole = this.#wholes.get(principalId);
    if (whole !== undefined) return widened(whole, minutes).list(fromBucket, toBucket);
    const cells = new OpenCells();
    for (let at = this.#first(principalId); at !== NONE; at = this.#word(at, WORD.next)) {
      const bucket = Math.floor(this.#word(at, WORD.minute) / minutes);
      if (bucket >= fromBucket && bucket < toBucket) cells.count(bucket, this.#event(at));
    }
    return cells.list();
  }

  /** All of one principal, to be put into the file. */
  all(principalId: number): OpenPrincipal {
    const { minute, hour, day } = ROLLUP_MS;
    const whole = this.#wholes.get(principalId);
    if (whole !== undefined) {
      const hours = widened(whole, hour / minute);
      const days = widened(hours, day / hour);
      return { lastUseMs: null, cells: { minute: whole.list(), hour: hours.list(), day: days.list() } };
    }
    const found = { minute: new OpenCells(), hour: new OpenCells(), day: new OpenCells() };
    let lastUseMs: number | null = null;
    for (let at = this.#first(principalId); at !== NONE; at = this.#word(at, WORD.next)) {
      const bucket = this.#word(at, WORD.minute);
      const event = this.#event(at);
      found.minute.count(bucket, event);
      found.hour.count(Math.floor(bucket / (hour / minute)), event);
      found.day.count(Math.floor(bucket / (day / minute)), event);
      lastUseMs = later(lastUseMs, this.#useMs(at));
    }
    const cells = { minute: found.minute.list(), hour: found.hour.list(), day: found.day.list() };
    return { lastUseMs, cells };
  }

  /** New rows of every key, and how many of them were refused, minutes from (inclusive) to (exclusive), added to `into`. */
  addTotals(
    fromMinute: number,
    toMinute: number,
    isMeant: (serviceNumber: number) => boolean,
    into: (principalId: number, total: number, refused: number) => void,
  ): void {
    for (let index = 0; index < this.#length; index += 1) {
      const principalId = this.#word(index, WORD.principal);
      const minute = this.#word(index, WORD.minute);
      const { place, rows } = this.#event(index);
      if (rows === 0 || principalId === NOBODY || minute < fromMinute || minute >= toMinute) continue;
      // 0 is VALID.
      if (isMeant(Math.floor(place / CODES_MAX))) into(principalId, 1, place % CODES_MAX === 0 ? 0 : 1);
    }
  }

  /** Forgets one principal's counts: they are in the file. Events keep their room. */
  drop(principalId: number): void {
    this.#wholes.delete(principalId);
    for (let at = this.#first(principalId); at !== NONE; at = this.#word(at, WORD.next)) {
      this.#words[at * WORDS + WORD.principal] = NOBODY;
    }
    this.#heads.delete(principalId);
  }

  #first(principalId: number): number {
    return this.#heads.get(principalId) ?? NONE;
  }

  #word(index: number, word: number): number {
    return this.#words[index * WORDS + word] ?? 0;
  }

  #event(index: number): CellEvent {
    const place = this.#word(index, WORD.place);
    const counts = this.#word(index, WORD.counts);
    return {
      place: place & (ROW_BIT - 1),
      rows: place >= ROW_BIT ? 1 : 0,
      status: counts & HALF,
      latencyBin: (counts >>> 16) & BYTE,
      durationBin: counts >>> 24,
    };
  }

  #useMs(index: number): number | null {
    const use = this.#word(index, WORD.use) & HALF;
    return use === NO_USE ? null : this.#word(index, WORD.minute) * ROLLUP_MS.minute + use;
  }

  #cellsOfWhole(wholeId: number): OpenCells {
    let cells = this.#wholes.get(wholeId);
    if (cells === undefined) this.#wholes.set(wholeId, (cells = new OpenCells()));
    return cells;
  }

  #grow(): void {
    const larger = new Uint32Array(this.#words.length * 2);
    larger.set(this.#words);
    this.#words = larger;
  }
}

/** The same as it is, or added up. */
function widened(cells: OpenCells, times: number): OpenCells {
  if (times === 1) return cells;
  const wider = new OpenCells();
  cells.addTo(wider, times);
  return wider;
}

function later(one: number | null, other: number | null): number | null {
  return one === null || (other !== null && other > one) ? other : one;
}
