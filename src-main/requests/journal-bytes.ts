import type { ReadText, ReadTexts } from './read-texts.ts';

/** Room that a text of `length` UTF-16 units can need, its length in front included. */
const LENGTH_BYTES = 4;
const BYTES_PER_UNIT_MAX = 3;
/** Longer texts are copied by one native call; shorter ones cost less by hand. */
const BY_HAND_UNITS_MAX = 64;
const SEVEN_BITS = 0x80;

/** Bytes being written, growing as needed: numbers in groups of seven bits, texts as UTF-8 with their length in front.
 *  The hot end of the journal: no object is made for a number or a text. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;
  readonly #roomBytes: number;

  constructor(roomBytes: number) {
    this.#roomBytes = roomBytes;
    this.#bytes = Buffer.allocUnsafe(roomBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written; the next write may change it. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Empties it; room that was taken for something big is given back. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > this.#roomBytes) this.#bytes = Buffer.allocUnsafe(this.#roomBytes);
  }

  /** Takes back everything behind the first `length` bytes. */
  cutTo(length: number): void {
    this.#length = length;
  }

  /** Leaves `count` bytes to be filled in later. */
  skip(count: number): void {
    this.#reserve(count);
    this.#length += count;
  }

  /** An integer from 0 to 2^53 - 1. */
  number(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= SEVEN_BITS) {
      this.#bytes[this.#length++] = (rest & 0x7f) | SEVEN_BITS;
      rest = rest < 0x7fffffff ? rest >>> 7 : Math.floor(rest / SEVEN_BITS);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** An integer of either sign. */
  signed(value: number): void {
    this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Half of a surrogate pair becomes U+FFFD. */
  text(value: string): void {
    const { length } = value;
    this.#reserve(length * BYTES_PER_UNIT_MAX + LENGTH_BYTES);
    if (length > BY_HAND_UNITS_MAX) {
      this.#nativeText(value);
      return;
    }
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = length;
    for (let index = 0; index < length; index += 1) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) {
        this.#nativeText(value);
        return;
      }
      bytes[at++] = unit;
    }
    this.#length = at;
  }

  #nativeText(value: string): void {
    const start = this.#length + LENGTH_BYTES;
    const count = this.#bytes.write(value, start, 'utf8');
    // As many bytes for every length: it is known only behind the text.
    for (let byte = 0; byte < LENGTH_BYTES; byte += 1) {
      const more = byte < LENGTH_BYTES - 1 ? SEVEN_BITS : 0;
      this.#bytes[this.#length + byte] = ((count >>> (7 * byte)) & 0x7f) | more;
    }
    this.#length = start + count;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** Reads what ByteWriter wrote, in the same order. Throws RangeError behind the end. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  number(): number {
    const first = this.#bytes[this.#at];
    if (first !== undefined && first < SEVEN_BITS) {
      this.#at += 1;
      return first;
    }
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('The record ends in the middle of a number.');
      value += (byte & 0x7f) * scale;
      if (byte < SEVEN_BITS) return value;
      scale *= SEVEN_BITS;
    }
  }

  signed(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(): string {
    const start = this.#skipText();
    return this.#bytes.toString('utf8', start, this.#at);
  }

  /** The same for a text that may well have come before. */
  textAmong(texts: ReadTexts): ReadText {
    const start = this.#skipText();
    return texts.textOf(this.#bytes, start, this.#at);
  }

  /** Where the text begins; it ends where the next value does. */
  #skipText(): number {
    const count = this.number();
    const start = this.#at;
    if (start + count > this.#bytes.length) throw new RangeError('The record ends in the middle of a text.');
    this.#at = start + count;
    return start;
  }
}
