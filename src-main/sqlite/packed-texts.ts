import { must } from '#main/platform/must.ts';
import { giveBack } from './give-back.ts';

/** Room of one piece of memory. Longer than any text. */
const PIECE_BYTES = 1 << 18;
/** A text is kept with its length in bytes before it. */
const LENGTH_BYTES = 2;
const TEXT_BYTES_MAX = 0xffff;
/** No UTF-16 unit has more bytes in UTF-8. */
const UTF8_BYTES_MAX = 3;
/** Less is not worth packing. */
const WASTE_BYTES_MIN = 1 << 14;

/** Short texts one behind the other in a few pieces of memory: a million strings would be a million objects for the collector. Pieces
 *  are added, none is ever copied into a larger one: that would take milliseconds, and half of the larger one would be empty. What is
 *  dropped is counted, and its room comes back when the owner writes what it still needs into another one. */
export class PackedTexts {
  readonly #pieces: Buffer<ArrayBuffer>[] = [];
  /** Bytes in use of the last piece. */
  #at = PIECE_BYTES;
  #used = 0;
  #dropped = 0;

  /** Is more than half of a large amount of memory of no use? */
  get isWasteful(): boolean {
    return this.#used > WASTE_BYTES_MIN && this.#dropped * 2 > this.#used;
  }

  /** Where the text is from now on; null when it is too long. */
  add(text: string): number | null {
    const most = text.length * UTF8_BYTES_MAX;
    if (most > TEXT_BYTES_MAX) return null;
    if (this.#at + LENGTH_BYTES + most > PIECE_BYTES) {
      // Not from Buffer's pool: it is given back. Zeroed memory that nobody wrote to yet takes no room.
      this.#pieces.push(Buffer.from(new ArrayBuffer(PIECE_BYTES)));
      this.#at = 0;
    }
    const piece = must(this.#pieces.at(-1), 'there is one now');
    const length = piece.write(text, this.#at + LENGTH_BYTES, 'utf8');
    piece.writeUInt16LE(length, this.#at);
    const place = (this.#pieces.length - 1) * PIECE_BYTES + this.#at;
    this.#at += LENGTH_BYTES + length;
    this.#used += LENGTH_BYTES + length;
    return place;
  }

  at(place: number): string {
    const piece = this.#pieceOf(place);
    const start = place % PIECE_BYTES;
    const from = start + LENGTH_BYTES;
    return piece.toString('utf8', from, from + piece.readUInt16LE(start));
  }

  /** The text at this place is not asked for again. */
  drop(place: number): void {
    this.#dropped += LENGTH_BYTES + this.#pieceOf(place).readUInt16LE(place % PIECE_BYTES);
  }

  /** Lets go of every text. */
  close(): void {
    for (const { buffer } of this.#pieces.splice(0)) giveBack(buffer);
    this.#at = PIECE_BYTES;
  }

  #pieceOf(place: number): Buffer<ArrayBuffer> {
    return must(this.#pieces[Math.floor(place / PIECE_BYTES)], 'a place is in a piece');
  }
}
