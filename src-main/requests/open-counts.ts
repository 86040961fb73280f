import { must } from '#main/platform/must.ts';
import { ROLLUP_MS, type RollupWidth } from '#main/sqlite/requests-rollup-queries.ts';
import type { RollupCell } from '#main/sqlite/rollup-cells.ts';
import { type CountedEvent, EventWords, LIST_LENGTH_MAX, NOBODY } from './event-words.ts';
import { CODES_MAX, OpenCells } from './open-cells.ts';
import { NONE, PlacesByNumber } from './places-by-number.ts';

/** All that is known of one principal; to be read before anything else is counted. */
export interface OpenPrincipal {
  /** When its key was last used, ms UTC; null when it was not. */
  readonly lastUseMs: number | null;
  /** In the order of mergeCells. */
  readonly cells: Readonly<Record<RollupWidth, readonly RollupCell[]>>;
}

/** A list is looked at when it has so many events, and again at twice and three times as many. */
const BUSY_EVENTS = 1_000;
/** A key is busy when so many of its events share a cell: a cell takes the room of some ten events. */
const EVENTS_PER_CELL = 4;

/** In the place of the newest event: the counts are in the file, their events only take up room. */
const DROPPED = NONE - 1;

/** Counts of one key, such as one whose events are in no list. */
interface BusyKey {
  readonly cells: OpenCells;
  lastUseMs: number | null;
}

/** Counts that are not in the roll-ups of the file yet. Of each key an event is 24 bytes in a list; what stands for many keys (an
 *  environment, no key) is counted into cells at once, because charts of everything ask for it all the time. So is a busy key, whose
 *  list would take long to follow. */
export class OpenCounts {
  readonly #events = new EventWords();
  /** Of each key the newest event of its list; NONE without one. */
  readonly #heads = new PlacesByNumber();
  readonly #wholes = new Map<number, OpenCells>();
  readonly #busy = new Map<number, BusyKey>();
  #isAnyDropped = false;
  readonly #busyEvents: number;
  readonly #eventsPerCell: number;

  /** Fewer than in life in tests. */
  constructor(busyEvents = BUSY_EVENTS, eventsPerCell = EVENTS_PER_CELL) {
    this.#busyEvents = busyEvents;
    this.#eventsPerCell = eventsPerCell;
  }

  /** Events. */
  get length(): number {
    return this.#events.length;
  }

  /** Cells of those that stand for many keys and of busy keys. */
  get cellCount(): number {
    let sum = 0;
    for (const cells of this.#wholes.values()) sum += cells.size;
    for (const { cells } of this.#busy.values()) sum += cells.size;
    return sum;
  }

  /** Notes an event. `isOfKey`: for its principal; `wholeId`: once it is settled, for one that stands for many keys, 0 = none. */
  add(event: CountedEvent, isOfKey: boolean, wholeId: number): void {
    const { principalId } = event;
    if (!isOfKey || this.#busy.has(principalId)) {
      const links = { principalId: isOfKey ? principalId : NOBODY, next: NONE, listLength: 0, wholeId };
      this.#events.push(event, links);
      return;
    }
    const next = this.#heads.get(principalId);
    const before = next === NONE ? 0 : this.#events.listLengthOf(next);
    this.#heads.set(principalId, this.length);
    const listLength = Math.min(before + 1, LIST_LENGTH_MAX);
    this.#events.push(event, { principalId, next, listLength, wholeId });
  }

  /** Forgets the events after the first `length`: they were part of a transaction that failed. */
  cutTo(length: number): void {
    while (this.length > length) {
      const index = this.length - 1;
      const principalId = this.#events.principalOf(index);
      const before = this.#events.nextOf(index);
      if (this.#events.listLengthOf(index) > 0) {
        this.#heads.set(principalId, before);
      }
      this.#events.pop();
    }
  }

  /** The events from the `from`th on are here to stay: counts them for those that stand for many keys, and for busy keys. */
  settle(from: number): void {
    const long = new Set<number>();
    for (let index = from; index < this.length; index += 1) {
      const wholeId = this.#events.wholeOf(index);
      if (wholeId !== 0) {
        this.#cellsOfWhole(wholeId).count(this.#events.minuteOf(index), this.#events.eventOf(index));
      }
      const principalId = this.#events.principalOf(index);
      const listLength = this.#events.listLengthOf(index);
      if (this.#isLong(listLength)) long.add(principalId);
      else if (listLength === 0 && principalId !== NOBODY) {
        count(must(this.#busy.get(principalId), 'who is in no list is busy'), this.#events, index);
      }
    }
    // Not before: what came later is in the same list.
    for (const principalId of long) this.#makeBusy(principalId);
  }

  has(principalId: number): boolean {
    return this.#wholes.has(principalId) || this.#busy.has(principalId) || this.#first(principalId) !== NONE;
  }

  /** Everyone with counts, ascending. */
  principals(): readonly number[] {
    const listed = this.#heads.numbers(DROPPED);
    const others = [...this.#wholes.keys(), ...this.#busy.keys()];
    return others.length === 0 ? listed : others.concat(listed).sort((a, b) => a - b);
  }

  /** How many events or cells `all` goes through, of long lists so many at least. */
  workOf(principalId: number): number {
    const first = this.#first(principalId);
    if (first !== NONE) return this.#events.listLengthOf(first);
    return (this.#wholes.get(principalId) ?? this.#busy.get(principalId)?.cells)?.size ?? 0;
  }

  /** When a principal's key was last used, ms UTC; null when it was not. */
  lastUseMs(principalId: number): number | null {
    let newest = this.#busy.get(principalId)?.lastUseMs ?? null;
    for (let index = this.#first(principalId); index !== NONE; index = this.#events.nextOf(index)) {
      newest = later(newest, this.#events.useMsOf(index));
    }
    return newest;
  }

  /** Cells of one principal, buckets from (inclusive) to (exclusive), in the order of mergeCells. */
  cells(principalId: number, width: RollupWidth, fromBucket: number, toBucket: number): RollupCell[] {
    const minutes = ROLLUP_MS[width] / ROLLUP_MS.minute;
    const counted = this.#wholes.get(principalId) ?? this.#busy.get(principalId)?.cells;
    if (counted !== undefined) return widened(counted, minutes).list(fromBucket, toBucket);
    const cells = new OpenCells();
    for (let index = this.#first(principalId); index !== NONE; index = this.#events.nextOf(index)) {
      const bucket = Math.floor(this.#events.minuteOf(index) / minutes);
      if (bucket >= fromBucket && bucket < toBucket) cells.count(bucket, this.#events.eventOf(index));
    }
    return cells.list();
  }

  /** All of one principal, to be put into the file. */
  all(principalId: number): OpenPrincipal {
    const busy = this.#busy.get(principalId);
    const counted = this.#wholes.get(principalId) ?? busy?.cells;
    if (counted !== undefined) return { lastUseMs: busy?.lastUseMs ?? null, cells: atEachWidth(counted) };
    const listed: BusyKey = { cells: new OpenCells(), lastUseMs: null };
    for (let index = this.#first(principalId); index !== NONE; index = this.#events.nextOf(index)) {
      count(listed, this.#events, index);
    }
    return { lastUseMs: listed.lastUseMs, cells: atEachWidth(listed.cells) };
  }

  /** New rows of every key, and how many of them were refused, minutes from (inclusive) to (exclusive), added to `into`. */
  addTotals(
    fromMinute: number,
    toMinute: number,
    isMeant: (serviceNumber: number) => boolean,
    into: (principalId: number, total: number, refused: number) => void,
  ): void {
    for (let index = 0; index < this.length; index += 1) {
      const principalId = this.#events.principalOf(index);
      const minute = this.#events.minuteOf(index);
      const { place, rows } = this.#events.eventOf(index);
      if (rows === 0 || principalId === NOBODY || minute < fromMinute || minute >= toMinute) continue;
      if (this.#isAnyDropped && this.#heads.get(principalId) === DROPPED) continue;
      // 0 is VALID.
      if (isMeant(Math.floor(place / CODES_MAX))) into(principalId, 1, place % CODES_MAX === 0 ? 0 : 1);
    }
  }

  /** Forgets one principal's counts: they are in the file. Events keep their room. Nothing more is added for it. */
  drop(principalId: number): void {
    this.#wholes.delete(principalId);
    this.#busy.delete(principalId);
    this.#heads.set(principalId, DROPPED);
    this.#isAnyDropped = true;
  }

  /** The newest event of its list. */
  #first(principalId: number): number {
    const place = this.#heads.get(principalId);
    return place === DROPPED ? NONE : place;
  }

  #isLong(listLength: number): boolean {
    const few = this.#busyEvents;
    return listLength === few || listLength === 2 * few || listLength === 3 * few;
  }

  /** From now on the key is counted at once, if that takes no more room than its events. */
  #makeBusy(principalId: number): void {
    const busy: BusyKey = { cells: new OpenCells(), lastUseMs: null };
    let events = 0;
    for (let index = this.#first(principalId); index !== NONE; index = this.#events.nextOf(index)) {
      count(busy, this.#events, index);
      events += 1;
    }
    if (busy.cells.size * this.#eventsPerCell > events) return;
    this.#heads.set(principalId, NONE);
    this.#busy.set(principalId, busy);
  }

  #cellsOfWhole(wholeId: number): OpenCells {
    let cells = this.#wholes.get(wholeId);
    if (cells === undefined) this.#wholes.set(wholeId, (cells = new OpenCells()));
    return cells;
  }
}

function count(busy: BusyKey, events: EventWords, index: number): void {
  busy.cells.count(events.minuteOf(index), events.eventOf(index));
  busy.lastUseMs = later(busy.lastUseMs, events.useMsOf(index));
}

function atEachWidth(minutes: OpenCells): OpenPrincipal['cells'] {
  const { minute, hour, day } = ROLLUP_MS;
  const listed = minutes.sorted();
  const [only] = listed;
  if (only !== undefined && listed.length === 1) {
    const at = (ms: number) => ({ ...only, bucket: Math.floor((only.bucket * minute) / ms) });
    return { minute: listed, hour: [at(hour)], day: [at(day)] };
  }
  const hours = widened(minutes, hour / minute);
  return { minute: listed, hour: hours.sorted(), day: widened(hours, day / hour).sorted() };
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
