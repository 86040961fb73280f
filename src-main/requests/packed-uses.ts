import { must } from '#main/platform/must.ts';
import { giveBack } from '#main/sqlite/give-back.ts';

const CHUNK_BYTES = 256 * 1024;
/** In front of each entry. */
const LENGTH_BYTES = 4;
/** Former entries take up to so much room before any is taken back, and half of all room in use. */
const WASTE_BYTES_MIN = 4 * CHUNK_BYTES;

/** Packed uses by principal, in a few large pieces of memory: hundreds of thousands of small ones would leave tens of megabytes that no
 *  allocator gives back. */
export class PackedUses {
  #chunks: Buffer[] = [];
  /** Where the entry of a principal begins: chunk * CHUNK_BYTES + place in it. */
  readonly #places = new Map<number, number>();
  #at = 0;
  #usedBytes = 0;
  #wastedBytes = 0;

  /** Principals in the order in which they came. */
  principals(): number[] {
    return [...this.#places.keys()];
  }

  /** Bytes of all pieces of memory. */
  get heldBytes(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }

  /** Takes a copy; of a principal that is there already the former one is no longer found, and its room comes back. */
  put(principalId: number, packed: Buffer): void {
    const former = this.of(principalId);
    if (former !== undefined) this.#wastedBytes += former.length + LENGTH_BYTES;
    this.#append(principalId, packed);
    if (this.#wastedBytes > WASTE_BYTES_MIN && this.#wastedBytes * 2 > this.#usedBytes) this.#compact();
  }

  /** Good until the next `put` or `close`. */
  of(principalId: number): Buffer | undefined {
    const place = this.#places.get(principalId);
    return place === undefined ? undefined : entryAt(this.#chunks, place);
  }

  close(): void {
    this.#places.clear();
    this.#usedBytes = 0;
    this.#wastedBytes = 0;
    for (const { buffer } of this.#chunks.splice(0)) if (buffer instanceof ArrayBuffer) giveBack(buffer);
  }

  #append(principalId: number, packed: Buffer): void {
    const bytes = packed.length + LENGTH_BYTES;
    if (this.#at + bytes > (this.#chunks.at(-1)?.length ?? 0)) {
      // Not from Buffer's pool: it is given back.
      this.#chunks.push(Buffer.from(new ArrayBuffer(Math.max(CHUNK_BYTES, bytes))));
      this.#at = 0;
    }
    const chunk = must(this.#chunks.at(-1), 'there is one now');
    chunk.writeUInt32LE(packed.length, this.#at);
    packed.copy(chunk, this.#at + LENGTH_BYTES);
    this.#places.set(principalId, (this.#chunks.length - 1) * CHUNK_BYTES + this.#at);
    this.#at += bytes;
    this.#usedBytes += bytes;
  }

  /** Writes what is still found into new pieces of memory and lets the others go. */
  #compact(): void {
    const former = this.#chunks;
    this.#chunks = [];
    this.#at = 0;
    this.#usedBytes = 0;
    this.#wastedBytes = 0;
    for (const [principalId, place] of this.#places) this.#append(principalId, entryAt(former, place));
    for (const { buffer } of former) if (buffer instanceof ArrayBuffer) giveBack(buffer);
  }
}

function entryAt(chunks: readonly Buffer[], place: number): Buffer {
  const chunk = must(chunks[Math.floor(place / CHUNK_BYTES)], 'a place is in a chunk');
  const at = place % CHUNK_BYTES;
  const start = at + LENGTH_BYTES;
  return chunk.subarray(start, start + chunk.readUInt32LE(at));
}
