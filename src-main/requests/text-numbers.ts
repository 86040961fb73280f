import type { RequestsDimensionQueries } from '#main/sqlite/requests-dimension-queries.ts';
import { ROLLUP_MS } from '#main/sqlite/requests-rollup-queries.ts';
import type { LogText, ReadText } from './read-texts.ts';

/** Texts kept in memory; beyond that it is emptied and filled again from the file. */
const CACHE_MAX = 20_000;

/** A text's number, and the last day for which the file knows it to be in use. */
interface KnownText {
  readonly id: number;
  lastDay: number;
}

/** Numbers of texts of one kind, looked up once. Forget everything when a transaction failed. */
export class TextNumbers {
  readonly #queries: RequestsDimensionQueries;
  readonly #toStored: (text: string) => string;
  readonly #numbers = new Map<string, KnownText>();
  readonly #seen = new Set<string>();
  /** Marks what was noted since the last `forget`. */
  #note = {};

  /** `toStored` makes of a text as it came what the log may keep. */
  constructor(queries: RequestsDimensionQueries, toStored: (text: string) => string) {
    this.#queries = queries;
    this.#toStored = toStored;
  }

  /** Number of a text that a row of `atMs` refers to. */
  number(text: LogText, atMs: number): number {
    const day = dayOf(atMs);
    if (typeof text === 'string')
      return this.#inUse(this.#numbers.get(text) ?? this.#learn(text, day), day).id;
    if (text.notedBy === this.#note && day <= text.lastDay) return text.number;
    const known = this.#numbers.get(text.text) ?? this.#learn(text.text, day);
    return this.#noted(text, this.#inUse(known, day));
  }

  /** Number of a text that has come before; the text itself, as the log may keep it, where it comes for the first time: a number for
   *  each of a million paths that never come again would cost more than it saves. */
  numberOrText(text: LogText, atMs: number): number | string {
    const day = dayOf(atMs);
    if (typeof text === 'string') {
      const found = this.#find(text, day);
      return typeof found === 'string' ? found : found.id;
    }
    if (text.notedBy === this.#note && day <= text.lastDay) return text.number;
    const found = this.#find(text.text, day);
    return typeof found === 'string' ? found : this.#noted(text, found);
  }

  forget(): void {
    this.#numbers.clear();
    this.#seen.clear();
    this.#note = {};
  }

  #find(text: string, day: number): KnownText | string {
    const known = this.#numbers.get(text);
    if (known !== undefined) return this.#inUse(known, day);
    if (this.#seen.has(text)) return this.#inUse(this.#learn(text, day), day);
    if (this.#seen.size >= CACHE_MAX) this.#seen.clear();
    this.#seen.add(text);
    return this.#toStored(text);
  }

  #learn(text: string, day: number): KnownText {
    const { id, lastDay } = this.#queries.text(this.#toStored(text), day);
    const known = { id, lastDay };
    if (this.#numbers.size >= CACHE_MAX) this.#numbers.clear();
    this.#numbers.set(text, known);
    return known;
  }

  /** Once a day the file learns that the text is still in use. */
  #inUse(known: KnownText, day: number): KnownText {
    if (day > known.lastDay) {
      this.#queries.touchText(known.id, day);
      known.lastDay = day;
    }
    return known;
  }

  #noted(text: ReadText, { id, lastDay }: KnownText): number {
    text.notedBy = this.#note;
    text.number = id;
    text.lastDay = lastDay;
    return id;
  }
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / ROLLUP_MS.day);
}
