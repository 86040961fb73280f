import { ROWS_PER_MS } from '#main/sqlite/requests-row-id.ts';

/** Gives rows their ids: in the order of their times, unique. A millisecond holds ROWS_PER_MS rows; more spill into the next one. */
export class RowIds {
  #newest: number;
  readonly #lastIdIn: (fromId: number, toId: number) => number | null;

  /** `newest` is the highest id in the file, 0 for none; `lastIdIn` looks in the file, also among rows not committed yet. */
  constructor(newest: number, lastIdIn: (fromId: number, toId: number) => number | null) {
    this.#newest = newest;
    this.#lastIdIn = lastIdIn;
  }

  /** The id of one more row of the millisecond `atMs`. */
  next(atMs: number): number {
    for (let ms = atMs; ; ms += 1) {
      const first = ms * ROWS_PER_MS;
      if (first > this.#newest) return (this.#newest = first);
      if (this.#newest < first + ROWS_PER_MS) return (this.#newest += 1);
      const last = this.#lastIdIn(first, first + ROWS_PER_MS);
      if (last === null) return first;
      if (last + 1 < first + ROWS_PER_MS) return last + 1;
    }
  }
}
