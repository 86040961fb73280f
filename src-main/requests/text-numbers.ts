import type { RequestsDimensionQueries } from '#main/sqlite/requests-dimension-queries.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';

/** Texts kept in memory; beyond that it is emptied and filled again from the file. */
const CACHE_MAX = 20_000;

/** Numbers of texts of one kind, looked up once. Forget everything when a transaction failed. */
export class TextNumbers {
  readonly #queries: RequestsDimensionQueries;
  readonly #toStored: (text: string) => string;
  readonly #numbers = new Map<string, { readonly id: number; lastDay: number }>();
  readonly #seen = new Set<string>();

  /** `toStored` makes of a text as it came what the log may keep. */
  constructor(queries: RequestsDimensionQueries, toStored: (text: string) => string) {
    this.#queries = queries;
    this.#toStored = toStored;
  }

  /** Number of a text that a row of `atMs` refers to. */
  number(text: string, atMs: number): number {
    const day = Math.floor(atMs / ROLLUP_MS.day);
    let known = this.#numbers.get(text);
    if (known === undefined) {
      known = { ...this.#queries.text(this.#toStored(text), day) };
      if (this.#numbers.size >= CACHE_MAX) this.#numbers.clear();
      this.#numbers.set(text, known);
    }
    if (known.lastDay < day) {
      this.#queries.touchText(known.id, day);
      known.lastDay = day;
    }
    return known.id;
  }

  /** Number of a text that has come before; the text itself, as the log may keep it, where it comes for the first time: a number for
   *  each of a million paths that never come again would cost more than it saves. */
  numberOrText(text: string, atMs: number): number | string {
    if (this.#numbers.has(text) || this.#seen.has(text)) return this.number(text, atMs);
    if (this.#seen.size >= CACHE_MAX) this.#seen.clear();
    this.#seen.add(text);
    return this.#toStored(text);
  }

  forget(): void {
    this.#numbers.clear();
    this.#seen.clear();
  }
}
