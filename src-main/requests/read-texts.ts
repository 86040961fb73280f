import type { DecisionPrincipal, DecisionRow } from './decision-row.ts';

/** A text out of the journal. It comes again and again as the same object, and whoever has looked up its number notes it here:
 *  the next row needs no look-up. */
export class ReadText {
  readonly text: string;
  /** Who noted the number: of another one it is not valid. */
  notedBy: object | null = null;
  number = 0;
  /** The last day (ms / 86,400,000) for which it is known to be in use. */
  lastDay = 0;

  constructor(text: string) {
    this.text = text;
  }
}

/** A key out of the journal, which names each once a segment; its number is noted as that of a text. */
export interface ReadPrincipal extends DecisionPrincipal {
  notedBy: object | null;
  number: number;
}

/** A text as a verification gave it, or as the journal did. */
export type LogText = string | ReadText;

/** A decision on its way into the file. */
export type LoggedDecision = Omit<
  DecisionRow,
  'principal' | 'method' | 'path' | 'clientIp' | 'userAgent' | 'rule' | 'detail'
> & {
  readonly principal: DecisionPrincipal | ReadPrincipal | null;
} & Readonly<Record<'method' | 'path' | 'clientIp' | 'userAgent' | 'rule' | 'detail', LogText | null>>;

/** Texts that are remembered, two in each place; a power of two. With the length below some two megabytes at most. */
const SLOTS = 16_384;
/** Longer texts are made anew each time. */
const BYTES_MAX = 64;
const ASCII_MAX = 0x7f;
/** FNV-1a. */
const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;

/** Makes texts of bytes. The third text of a place drives out the first, so however many different ones come, the room stays the
 *  same. */
export class ReadTexts {
  readonly #texts = new Array<ReadText | undefined>(SLOTS).fill(undefined);

  /** The text of these bytes, which are UTF-8. */
  textOf(bytes: Buffer, start: number, end: number): ReadText {
    if (end - start > BYTES_MAX) return new ReadText(bytes.toString('utf8', start, end));
    let hash = HASH_START;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte > ASCII_MAX) return new ReadText(bytes.toString('utf8', start, end));
      hash = Math.imul(hash ^ byte, HASH_FACTOR);
    }
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 2);
    const first = this.#texts[slot];
    if (first !== undefined && isText(first.text, bytes, start, end)) return first;
    const second = this.#texts[slot + 1];
    if (second !== undefined && isText(second.text, bytes, start, end)) return second;
    const text = new ReadText(bytes.toString('latin1', start, end));
    this.#texts[slot + 1] = first;
    this.#texts[slot] = text;
    return text;
  }
}

function isText(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = start; at < end; at += 1) {
    if (text.charCodeAt(at - start) !== bytes[at]) return false;
  }
  return true;
}
