import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import { atMsOfRow } from '#main/sqlite/requests-row-id.ts';
import { type CellEvent, CODES_MAX } from './open-cells.ts';

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

/** Where an event stands among the others. */
export interface EventLinks {
  /** NOBODY: it is counted for no key. */
  readonly principalId: number;
  /** The event before it in the list of its key, or NONE. */
  readonly next: number;
  /** How many events its list has up to it, 0 = it is in no list; LIST_LENGTH_MAX = so many or more. */
  readonly listLength: number;
  /** Who stands for many keys and counts it, below 16; 0 = nobody. */
  readonly wholeId: number;
}

/** No principal has this number. */
export const NOBODY = 0;
export const LIST_LENGTH_MAX = 0xfff;

/** Events are kept by pages of so many: one array that is doubled again and again would leave the room of all its former sizes behind,
 *  in pieces that the allocator does not give back. A power of two. */
const PAGE_BITS = 12;
const PAGE = 2 ** PAGE_BITS;
/** An event is so many words, side by side: to follow the list of a key means one access to memory an event. */
const WORDS = 6;
const WORD = { principal: 0, next: 1, minute: 2, place: 3, counts: 4, use: 5 } as const;
/** In the place of a time within a minute. */
const NO_USE = 0xffff;
/** Above service and code. */
const ROW_BIT = 1 << 27;
/** In `counts`: status, latency, duration. In `use`: ms within the minute, who is counted together, length of the list. */
const BYTE = 0xff;
const HALF = 0xffff;
const WHOLE_SHIFT = 16;
const WHOLE_MAX = 0xf;
const LENGTH_SHIFT = 20;

/** Events in the order in which they came, 24 bytes each. */
export class EventWords {
  readonly #pages: Uint32Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(event: CountedEvent, { principalId, next, listLength, wholeId }: EventLinks): void {
    const { rowId, serviceNumber, code, status, latencyBin, durationBin } = event;
    const words = this.#pages[this.#length >>> PAGE_BITS] ?? this.#addPage();
    const at = (this.#length & (PAGE - 1)) * WORDS;
    const atMs = atMsOfRow(rowId);
    const minute = Math.floor(atMs / ROLLUP_MS.minute);
    const useMs = event.isUse ? atMs - minute * ROLLUP_MS.minute : NO_USE;
    words[at + WORD.principal] = principalId;
    words[at + WORD.next] = next;
    words[at + WORD.minute] = minute;
    words[at + WORD.place] = (serviceNumber * CODES_MAX + code) | (event.isRow ? ROW_BIT : 0);
    words[at + WORD.counts] = status | (latencyBin << 16) | (durationBin << 24);
    words[at + WORD.use] = useMs | (wholeId << WHOLE_SHIFT) | (listLength << LENGTH_SHIFT);
    this.#length += 1;
  }

  /** Forgets the newest one. */
  pop(): void {
    this.#length -= 1;
  }

  principalOf(index: number): number {
    return this.#word(index, WORD.principal);
  }

  nextOf(index: number): number {
    return this.#word(index, WORD.next);
  }

  minuteOf(index: number): number {
    return this.#word(index, WORD.minute);
  }

  wholeOf(index: number): number {
    return (this.#word(index, WORD.use) >>> WHOLE_SHIFT) & WHOLE_MAX;
  }

  listLengthOf(index: number): number {
    return this.#word(index, WORD.use) >>> LENGTH_SHIFT;
  }

  eventOf(index: number): CellEvent {
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

  /** When the key was used, ms UTC; null when it was not. */
  useMsOf(index: number): number | null {
    const use = this.#word(index, WORD.use) & HALF;
    return use === NO_USE ? null : this.minuteOf(index) * ROLLUP_MS.minute + use;
  }

  #word(index: number, word: number): number {
    return this.#pages[index >>> PAGE_BITS]?.[(index & (PAGE - 1)) * WORDS + word] ?? 0;
  }

  #addPage(): Uint32Array {
    const page = new Uint32Array(PAGE * WORDS);
    this.#pages.push(page);
    return page;
  }
}
