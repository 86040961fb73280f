import { must } from '#main/platform/must.ts';
import { giveBack } from '#main/sqlite/give-back.ts';

const CHUNK_BYTES = 256 * 1024;
/** In front of each entry. */
const LENGTH_BYTES = 4;

/** Packed uses by principal, in a few large pieces of memory: hundreds of thousands of small ones would leave tens of megabytes that no
 *  allocator gives back. */
export class PackedUses {
  readonly #chunks: Buffer[] = [];
  /** Where the entry of a principal begins: chunk * CHUNK_BYTES + place in it. */
  readonly #places = new Map<number, number>();
  #at = 0;

  /** Principals in the order in which they came. */
  principals(): number[] {
    return [...this.#places.keys()];
  }

  /** Takes a copy; of a principal that is there already the former one is no longer found. */
  put(principalId: number, packed: Buffer): void {
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
  }

  /** Good until `close`. */
  of(principalId: number): Buffer | undefined {
    const place = this.#places.get(principalId);
    if (place === undefined) return undefined;
    const chunk = must(this.#chunks[Math.floor(place / CHUNK_BYTES)], 'a place is in a chunk');
    const at = place % CHUNK_BYTES;
    const start = at + LENGTH_BYTES;
    return chunk.subarray(start, start + chunk.readUInt32LE(at));
  }

  close(): void {
    this.#places.clear();
    for (const { buffer } of this.#chunks.splice(0)) if (buffer instanceof ArrayBuffer) giveBack(buffer);
  }
}
