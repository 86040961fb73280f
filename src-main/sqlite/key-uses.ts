import type { KeyId, TimestampMs } from '#contract/ids.ts';
import { giveBack } from './give-back.ts';

const KEYS_AT_FIRST = 1 << 8;
/** Slots of the table a key: the fuller a table, the longer its searches. */
const SLOTS_PER_KEY = 2;
/** A key id in words of four characters. */
const ID_WORDS = 3;
const WORD_BYTES = 4;
const ID_BYTES = ID_WORDS * WORD_BYTES;
/** Odd and without a pattern (2^32 / golden ratio): spreads ids over the slots. */
const SPREAD = 0x9e3779b1;
const NOT_FOUND = -1;

/** One use a key, of one of its secrets, in typed arrays: 33 bytes a key instead of 150, and nothing for the collector to walk. A key
 *  keeps its place for good. Times in ms UTC. */
export class KeyUses {
  #ids = new Int32Array(KEYS_AT_FIRST * ID_WORDS);
  #idBytes = Buffer.from(this.#ids.buffer);
  #versions = new Int32Array(KEYS_AT_FIRST);
  #atMs = new Float64Array(KEYS_AT_FIRST);
  #isChanged = new Uint8Array(KEYS_AT_FIRST);
  /** The place of the key + 1; 0 = free. */
  #slots = new Int32Array(KEYS_AT_FIRST * SLOTS_PER_KEY);
  #count = 0;
  #changed = 0;

  /** Where the key is; -1 when it was never used. */
  find(keyId: KeyId): number {
    return (this.#slots[this.#slotOf(keyId)] ?? 0) - 1;
  }

  /** Where the key is, as used by this secret when it was not there; never `isChanged` then. */
  place(keyId: KeyId, version: number, atMs: TimestampMs): number {
    let slot = this.#slotOf(keyId);
    const known = (this.#slots[slot] ?? 0) - 1;
    if (known !== NOT_FOUND) return known;
    if (this.#count === this.#versions.length) {
      this.#grow();
      slot = this.#slotOf(keyId);
    }
    const key = this.#count++;
    for (let word = 0; word < ID_WORDS; word += 1) this.#ids[key * ID_WORDS + word] = wordOf(keyId, word);
    this.#versions[key] = version;
    this.#atMs[key] = atMs;
    this.#slots[slot] = key + 1;
    return key;
  }

  keyId(key: number): KeyId {
    return this.#idBytes.toString('latin1', key * ID_BYTES, (key + 1) * ID_BYTES) as KeyId;
  }

  version(key: number): number {
    return this.#versions[key] ?? 0;
  }

  atMs(key: number): TimestampMs {
    return (this.#atMs[key] ?? 0) as TimestampMs;
  }

  /** Moves the use on; an earlier one changes nothing. */
  advance(key: number, atMs: TimestampMs): void {
    if (this.atMs(key) < atMs) this.#atMs[key] = atMs;
  }

  /** Something of the key is new. */
  change(key: number): void {
    if (this.#isChanged[key] === 1) return;
    this.#isChanged[key] = 1;
    this.#changed += 1;
  }

  changeAll(): void {
    this.#isChanged.fill(1, 0, this.#count);
    this.#changed = this.#count;
  }

  /** Hands out every key with something new, once. */
  takeChanged(take: (key: number) => void): void {
    for (let key = 0; key < this.#count && this.#changed > 0; key += 1) {
      if (this.#isChanged[key] !== 1) continue;
      this.#isChanged[key] = 0;
      this.#changed -= 1;
      take(key);
    }
  }

  /** The slot that has the key, or the free one where it would be. */
  #slotOf(keyId: KeyId): number {
    const mask = this.#slots.length - 1;
    let slot = spread(wordOf(keyId, 0), wordOf(keyId, 1), wordOf(keyId, 2)) & mask;
    for (;;) {
      const key = (this.#slots[slot] ?? 0) - 1;
      if (key === NOT_FOUND || this.#isKey(key, keyId)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #isKey(key: number, keyId: KeyId): boolean {
    const start = key * ID_WORDS;
    for (let word = 0; word < ID_WORDS; word += 1) {
      if (this.#ids[start + word] !== wordOf(keyId, word)) return false;
    }
    return true;
  }

  #grow(): void {
    const keys = this.#versions.length * 2;
    this.#ids = grown(this.#ids, new Int32Array(keys * ID_WORDS));
    this.#idBytes = Buffer.from(this.#ids.buffer);
    this.#versions = grown(this.#versions, new Int32Array(keys));
    this.#atMs = grown(this.#atMs, new Float64Array(keys));
    this.#isChanged = grown(this.#isChanged, new Uint8Array(keys));
    giveBack(this.#slots.buffer);
    this.#slots = new Int32Array(keys * SLOTS_PER_KEY);
    const mask = this.#slots.length - 1;
    for (let key = 0; key < this.#count; key += 1) {
      const start = key * ID_WORDS;
      let slot = spread(this.#ids[start] ?? 0, this.#ids[start + 1] ?? 0, this.#ids[start + 2] ?? 0) & mask;
      while ((this.#slots[slot] ?? 0) !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = key + 1;
    }
  }
}

type Numbers = Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

function grown<A extends Numbers>(from: A, to: A): A {
  to.set(from);
  giveBack(from.buffer);
  return to;
}

/** Four characters of a key id as one number. */
function wordOf(text: string, word: number): number {
  const at = word * WORD_BYTES;
  return (
    text.charCodeAt(at) |
    (text.charCodeAt(at + 1) << 8) |
    (text.charCodeAt(at + 2) << 16) |
    (text.charCodeAt(at + 3) << 24)
  );
}

function spread(first: number, second: number, third: number): number {
  let mixed = Math.imul(first, SPREAD) ^ second;
  mixed = Math.imul(mixed ^ (mixed >>> 15), SPREAD) ^ third;
  mixed = Math.imul(mixed ^ (mixed >>> 15), SPREAD);
  return mixed ^ (mixed >>> 15);
}
