import { must } from '#main/platform/must.ts';
import { giveBack } from '#main/sqlite/give-back.ts';

/** Rows that are held, in 2.8 MB; sorting them takes some ms. With their place behind it, the number of a principal stays exact. */
export const ROWS_MAX = 2 ** 17;
/** Hours take five bits, `isAllowed` the one above. */
const ALLOWED = 0x20;
const HOUR_BITS = 0x1f;

/** A row in numbers; of what was not allowed rule and endpoint are 0. */
export interface HabitRow {
  readonly principalId: number;
  readonly caller: number;
  readonly rule: number;
  readonly endpoint: number;
  /** Hour of the day (UTC). */
  readonly hour: number;
  readonly isAllowed: boolean;
}

/** Rows in columns outside of the heap, until there are enough to add them up key by key. */
export class HabitRows {
  readonly #rowsMax: number;
  readonly #memory: ArrayBuffer;
  /** Principal * ROWS_MAX + place. */
  readonly #order: Float64Array;
  readonly #callers: Uint32Array;
  readonly #rules: Uint32Array;
  readonly #endpoints: Uint32Array;
  readonly #flags: Uint8Array;
  #count = 0;

  /** Room for so many rows, at most ROWS_MAX. */
  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
    this.#memory = new ArrayBuffer(rowsMax * (8 + 3 * 4 + 1));
    this.#order = new Float64Array(this.#memory, 0, rowsMax);
    this.#callers = new Uint32Array(this.#memory, rowsMax * 8, rowsMax);
    this.#rules = new Uint32Array(this.#memory, rowsMax * 12, rowsMax);
    this.#endpoints = new Uint32Array(this.#memory, rowsMax * 16, rowsMax);
    this.#flags = new Uint8Array(this.#memory, rowsMax * 20, rowsMax);
  }

  get isFull(): boolean {
    return this.#count === this.#rowsMax;
  }

  add({ principalId, caller, rule, endpoint, hour, isAllowed }: HabitRow): void {
    const at = this.#count++;
    this.#order[at] = principalId * ROWS_MAX + at;
    this.#callers[at] = caller;
    this.#rules[at] = rule;
    this.#endpoints[at] = endpoint;
    this.#flags[at] = hour | (isAllowed ? ALLOWED : 0);
  }

  /** Every row, principal by principal, those of one as they came; empties it. */
  *taken(): Generator<HabitRow, void, void> {
    const order = this.#order.subarray(0, this.#count).sort();
    this.#count = 0;
    for (const place of order) {
      const at = place % ROWS_MAX;
      const flags = must(this.#flags[at], 'each place has a row');
      yield {
        principalId: Math.floor(place / ROWS_MAX),
        caller: must(this.#callers[at], 'each place has a row'),
        rule: must(this.#rules[at], 'each place has a row'),
        endpoint: must(this.#endpoints[at], 'each place has a row'),
        hour: flags & HOUR_BITS,
        isAllowed: (flags & ALLOWED) !== 0,
      };
    }
  }

  close(): void {
    this.#count = 0;
    giveBack(this.#memory);
  }
}
