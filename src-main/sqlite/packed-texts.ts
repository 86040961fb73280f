import { giveBack } from './give-back.ts';

const BYTES_AT_FIRST = 1 << 14;
/** A text is kept with its length in bytes before it. */
const LENGTH_BYTES = 2;
const TEXT_BYTES_MAX = 0xffff;
/** No UTF-16 unit has more bytes in UTF-8. */
const UTF8_BYTES_MAX = 3;

/** Short texts one behind the other in one piece of memory: a million strings would be a million objects for the collector. What is
 *  dropped is counted, and its room comes back when the owner writes what it still needs into another one. */
export class PackedTexts {
  #bytes: Buffer<ArrayBuffer>;
  #used = 0;
  #dropped = 0;

  constructor(bytes = BYTES_AT_FIRST) {
    this.#bytes = Buffer.from(new ArrayBuffer(Math.max(BYTES_AT_FIRST, bytes)));
  }

  /** Is more than half of a large piece of memory of no use? */
  get isWasteful(): boolean {
    return this.#used > BYTES_AT_FIRST && this.#dropped * 2 > this.#used;
  }

  /** How much is in use, and what only waits to be left behind. */
  get usedBytes(): number {
    return this.#used - this.#dropped;
  }

  /** Where the text is from now on; null when it is too long. */
  add(text: string): number | null {
    if (text.length * UTF8_BYTES_MAX > TEXT_BYTES_MAX) return null;
    const start = this.#used;
    const end = start + LENGTH_BYTES + text.length * UTF8_BYTES_MAX;
    if (end > this.#bytes.length) this.#grow(end);
    const length = this.#bytes.write(text, start + LENGTH_BYTES, 'utf8');
    this.#bytes.writeUInt16LE(length, start);
    this.#used = start + LENGTH_BYTES + length;
    return start;
  }

  at(start: number): string {
    const from = start + LENGTH_BYTES;
    return this.#bytes.toString('utf8', from, from + this.#bytes.readUInt16LE(start));
  }

  /** The text at this place is not asked for again. */
  drop(start: number): void {
    this.#dropped += LENGTH_BYTES + this.#bytes.readUInt16LE(start);
  }

  #grow(bytes: number): void {
    // Zeroed memory that nobody wrote to yet takes no room.
    const larger = Buffer.from(new ArrayBuffer(Math.max(bytes, this.#bytes.length * 2)));
    this.#bytes.copy(larger, 0, 0, this.#used);
    giveBack(this.#bytes.buffer);
    this.#bytes = larger;
  }
}
