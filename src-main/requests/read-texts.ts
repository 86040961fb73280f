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

/** Texts that are remembered, two in each place; a power of two. With their bytes some three megabytes at most. */
const SLOTS = 16_384;
/** Longer texts are made anew each time. */
const BYTES_MAX = 64;
const WORD_BYTES = 4;
/** Set in a word of which a byte is no ASCII. */
const NOT_ASCII = 0x80808080;
/** FNV-1a, by words. */
const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;
const NO_BYTES = Buffer.alloc(0);

/** Makes texts of bytes. The third text of a place drives out the first, so however many different ones come, the room stays the
 *  same. What is remembered is compared byte by byte, four at a time, with a copy of its bytes: to follow the texts themselves through
 *  the memory would cost more than all else. */
export class ReadTexts {
  readonly #texts = new Array<ReadText | undefined>(SLOTS).fill(undefined);
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #kept = new DataView(new ArrayBuffer(SLOTS * BYTES_MAX));
  #bytes: Buffer = NO_BYTES;
  #view = viewOf(NO_BYTES);

  /** The text of these bytes, which are UTF-8. */
  textOf(bytes: Buffer, start: number, end: number): ReadText {
    if (end - start > BYTES_MAX) return new ReadText(bytes.toString('utf8', start, end));
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    const hash = hashOf(this.#view, start, end);
    if (hash === null) return new ReadText(bytes.toString('utf8', start, end));
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 2);
    const known = this.#known(slot, start, end) ?? this.#known(slot + 1, start, end);
    if (known !== undefined) return known;
    const text = new ReadText(bytes.toString('latin1', start, end));
    this.#texts[slot + 1] = this.#texts[slot];
    this.#lengths[slot + 1] = this.#lengths[slot] ?? 0;
    for (let at = 0; at < BYTES_MAX; at += WORD_BYTES) {
      const before = this.#kept.getInt32(slot * BYTES_MAX + at);
      this.#kept.setInt32((slot + 1) * BYTES_MAX + at, before);
    }
    this.#texts[slot] = text;
    this.#lengths[slot] = end - start;
    for (let at = start; at < end; at += 1) {
      this.#kept.setUint8(slot * BYTES_MAX + at - start, this.#view.getUint8(at));
    }
    return text;
  }

  /** The text of a slot, if it has these bytes. */
  #known(slot: number, start: number, end: number): ReadText | undefined {
    if (this.#lengths[slot] !== end - start) return undefined;
    const kept = this.#kept;
    const view = this.#view;
    let of = slot * BYTES_MAX;
    let at = start;
    for (; at + WORD_BYTES <= end; at += WORD_BYTES, of += WORD_BYTES) {
      if (kept.getInt32(of) !== view.getInt32(at)) return undefined;
    }
    for (; at < end; at += 1, of += 1) if (kept.getUint8(of) !== view.getUint8(at)) return undefined;
    return this.#texts[slot];
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** null when not all of it is ASCII. */
function hashOf(view: DataView, start: number, end: number): number | null {
  let hash = HASH_START;
  let all = 0;
  let at = start;
  for (; at + WORD_BYTES <= end; at += WORD_BYTES) {
    const word = view.getInt32(at);
    all |= word;
    hash = Math.imul(hash ^ word, HASH_FACTOR);
    // The factor moves bits up only.
    hash ^= hash >>> 13;
  }
  for (; at < end; at += 1) {
    const byte = view.getUint8(at);
    all |= byte;
    hash = Math.imul(hash ^ byte, HASH_FACTOR);
  }
  return (all & NOT_ASCII) === 0 ? hash : null;
}
