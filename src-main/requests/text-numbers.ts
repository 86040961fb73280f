import type { RequestsDimensionQueries } from '#main/sqlite/requests-dimension-queries.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';

/** Texts kept in memory; beyond that it is emptied and filled again from the file. */
const CACHE_MAX = 20_000;

/** A text's number, and until when the file knows it to be in use. */
interface KnownText {
  readonly id: number;
  endMs: number;
}

/** Numbers of texts of one kind, looked up once. Forget everything when a transaction failed. */
export class TextNumbers {
  readonly #queries: RequestsDimensionQueries;
  readonly #toStored: (text: string) => string;
  readonly #numbers = new Map<string, KnownText>();
  readonly #seen = new Set<string>();

  /** `toStored` makes of a text as it came what the log may keep. */
  constructor(queries: RequestsDimensionQueries, toStored: (text: string) => string) {
    this.#queries = queries;
    this.#toStored = toStored;
  }

  /** Number of a text that a row of `atMs` refers to. */
  number(text: string, atMs: number): number {
    return this.#inUse(this.#numbers.get(text) ?? this.#learn(text, atMs), atMs);
  }

  /** Number of a text that has come before; the text itself, as the log may keep it, where it comes for the first time: a number for
   *  each of a million paths that never come again would cost more than it saves. */
  numberOrText(text: string, atMs: number): number | string {
    const known = this.#numbers.get(text);
    if (known !== undefined) return this.#inUse(known, atMs);
    if (this.#seen.has(text)) return this.#inUse(this.#learn(text, atMs), atMs);
    if (this.#seen.size >= CACHE_MAX) this.#seen.clear();
    this.#seen.add(text);
    return this.#toStored(text);
  }

  forget(): void {
    this.#numbers.clear();
    this.#seen.clear();
  }

  #learn(text: string, atMs: number): KnownText {
    const { id, lastDay } = this.#queries.text(this.#toStored(text), dayOf(atMs));
    const known = { id, endMs: (lastDay + 1) * ROLLUP_MS.day };
    if (this.#numbers.size >= CACHE_MAX) this.#numbers.clear();
    this.#numbers.set(text, known);
    return known;
  }

  /** Once a day the file learns that the text is still in use. */
  #inUse(known: KnownText, atMs: number): number {
    if (atMs >= known.endMs) {
      const day = dayOf(atMs);
      this.#queries.touchText(known.id, day);
      known.endMs = (day + 1) * ROLLUP_MS.day;
    }
    return known.id;
  }
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / ROLLUP_MS.day);
}
