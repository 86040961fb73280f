import { giveBack } from './give-back.ts';

/** What a row says of a secret, in numbers. Times in ms UTC. */
export interface SecretFacts {
  /** 12 characters of one byte. */
  readonly keyId: string;
  readonly secretVersion: number;
  readonly expiresAtMs: number | null;
  readonly createdAtMs: number;
  /** Below 65,536. */
  readonly group: number;
  /** Where its text is. */
  readonly text: number;
  readonly isTextPlain: boolean;
}

/** Rows at most, which is 150 MB. A power of two. */
const ROWS_MAX = 1 << 21;
const ROWS_AT_FIRST = 1 << 10;
/** Slots of the table a row: the fuller a table, the longer its searches. */
const SLOTS_PER_ROW = 2;
/** The lower part of a slot: the number of its row + 1. Above it stands a tag, a piece of the row's hash: of a million rows each that need
 *  not be looked at is a wait for memory less. */
const ROW_MASK = ROWS_MAX * 2 - 1;
const TAG_MASK = ~ROW_MASK;
/** Which word of the hash the tag is from; the place follows from the first. */
const TAG_WORD = 1;

/** Half of a hash, 128 bits: as hard to meet as any key of that length (RFC 2104 allows to cut there). */
const HASH_WORDS = 4;
const ID_CHARACTERS = 12;
const WORD_BYTES = 4;
/** Where a row has what, in words: the hash comes first. */
const ID = HASH_WORDS;
/** From the lowest bit: version, is the text plain, group. */
const GROUP = 7;
const VERSION_MAX = 0x7fff;
const PLAIN_BIT = 0x8000;
const GROUP_SHIFT = 16;
const TEXT = 8;
/** Lower halves of two moments, then the upper ones of 16 bits each. */
const CREATED = 9;
const EXPIRES = 10;
const UPPER = 11;
const ROW_WORDS = 12;
const UPPER_BITS = 16;
const UPPER_MASK = 0xffff;
const LOWER = 2 ** 32;
/** Some 8,900 years; the highest upper half stands for "never". */
const MOMENT_MAX = UPPER_MASK * LOWER - 1;

/** Rows of secrets in typed arrays, found by their hash: open addressing with linear probing. A row keeps its number until it is removed. */
export class SecretRows {
  #words = new Int32Array(ROWS_AT_FIRST * ROW_WORDS);
  #bytes = Buffer.from(this.#words.buffer);
  /** 0 = free. */
  #slots = new Int32Array(ROWS_AT_FIRST * SLOTS_PER_ROW);
  /** Rows that were ever in use, and those of them that are free again. */
  #count = 0;
  readonly #free: number[] = [];

  /** The row with this hash; -1 when there is none. */
  find(hashText: string): number {
    const slot = this.#slotOf(hashText);
    return slot < 0 ? -1 : this.#rowAt(slot);
  }

  /** Can a row hold this, and is there room for it? */
  fits(facts: Pick<SecretFacts, 'keyId' | 'secretVersion' | 'expiresAtMs' | 'createdAtMs'>): boolean {
    const { keyId, secretVersion, expiresAtMs, createdAtMs } = facts;
    return (
      keyId.length === ID_CHARACTERS &&
      Buffer.byteLength(keyId) === ID_CHARACTERS &&
      secretVersion <= VERSION_MAX &&
      isMoment(createdAtMs) &&
      (expiresAtMs === null || isMoment(expiresAtMs)) &&
      (this.#free.length > 0 || this.#count < ROWS_MAX)
    );
  }

  /** Adds what fits and is not there; its row. */
  add(hashText: string, facts: SecretFacts): number {
    if (this.#free.length === 0 && (this.#count + 1) * SLOTS_PER_ROW > this.#slots.length) this.#grow();
    const row = this.#free.pop() ?? this.#count++;
    const start = row * ROW_WORDS;
    const words = this.#words;
    for (let word = 0; word < HASH_WORDS; word += 1) words[start + word] = wordOf(hashText, word);
    this.#bytes.write(facts.keyId, (start + ID) * WORD_BYTES, ID_CHARACTERS, 'latin1');
    const plain = facts.isTextPlain ? PLAIN_BIT : 0;
    words[start + GROUP] = (facts.group << GROUP_SHIFT) | plain | facts.secretVersion;
    words[start + TEXT] = facts.text;
    const expiresAtMs = facts.expiresAtMs ?? UPPER_MASK * LOWER;
    words[start + CREATED] = facts.createdAtMs % LOWER;
    words[start + EXPIRES] = expiresAtMs % LOWER;
    words[start + UPPER] =
      (Math.floor(expiresAtMs / LOWER) << UPPER_BITS) | Math.floor(facts.createdAtMs / LOWER);
    this.#enter(row);
    return row;
  }

  /** Takes a row out; its number may be given again. */
  remove(row: number): void {
    const mask = this.#slots.length - 1;
    let gap = this.#homeOf(row);
    while (this.#rowAt(gap) !== row) gap = (gap + 1) & mask;
    // Whoever was pushed on by it comes back: a search ends at the first free slot.
    for (let slot = (gap + 1) & mask; (this.#slots[slot] ?? 0) !== 0; slot = (slot + 1) & mask) {
      const home = this.#homeOf(this.#rowAt(slot));
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      this.#slots[gap] = this.#slots[slot] ?? 0;
      gap = slot;
    }
    this.#slots[gap] = 0;
    this.#free.push(row);
  }

  /** Gives every row in use the new place of its text. */
  moveTexts(move: (text: number) => number): void {
    for (const slot of this.#slots) {
      if (slot === 0) continue;
      const at = ((slot & ROW_MASK) - 1) * ROW_WORDS + TEXT;
      this.#words[at] = move(this.#words[at] ?? 0);
    }
  }

  keyId(row: number): string {
    const start = (row * ROW_WORDS + ID) * WORD_BYTES;
    return this.#bytes.toString('latin1', start, start + ID_CHARACTERS);
  }

  group(row: number): number {
    return this.#word(row, GROUP) >>> GROUP_SHIFT;
  }

  version(row: number): number {
    return this.#word(row, GROUP) & VERSION_MAX;
  }

  isTextPlain(row: number): boolean {
    return (this.#word(row, GROUP) & PLAIN_BIT) !== 0;
  }

  text(row: number): number {
    return this.#word(row, TEXT);
  }

  createdAtMs(row: number): number {
    return (this.#word(row, UPPER) & UPPER_MASK) * LOWER + (this.#word(row, CREATED) >>> 0);
  }

  expiresAtMs(row: number): number | null {
    const upper = this.#word(row, UPPER) >>> UPPER_BITS;
    return upper === UPPER_MASK ? null : upper * LOWER + (this.#word(row, EXPIRES) >>> 0);
  }

  #word(row: number, word: number): number {
    return this.#words[row * ROW_WORDS + word] ?? 0;
  }

  /** -1 for a free slot. */
  #rowAt(slot: number): number {
    return ((this.#slots[slot] ?? 0) & ROW_MASK) - 1;
  }

  #homeOf(row: number): number {
    return this.#word(row, 0) & (this.#slots.length - 1);
  }

  #slotOf(hashText: string): number {
    const mask = this.#slots.length - 1;
    const tag = wordOf(hashText, TAG_WORD) & TAG_MASK;
    for (let slot = wordOf(hashText, 0) & mask; ; slot = (slot + 1) & mask) {
      const value = this.#slots[slot] ?? 0;
      if (value === 0) return -1;
      if ((value & TAG_MASK) === tag && this.#hasHash((value & ROW_MASK) - 1, hashText)) return slot;
    }
  }

  /** Takes as long whatever differs. */
  #hasHash(row: number, hashText: string): boolean {
    const start = row * ROW_WORDS;
    let difference = 0;
    for (let word = 0; word < HASH_WORDS; word += 1) {
      difference |= (this.#words[start + word] ?? 0) ^ wordOf(hashText, word);
    }
    return difference === 0;
  }

  #enter(row: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#homeOf(row);
    while ((this.#slots[slot] ?? 0) !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = (this.#word(row, TAG_WORD) & TAG_MASK) | (row + 1);
  }

  /** Called with every row in use. */
  #grow(): void {
    const rows = (this.#slots.length / SLOTS_PER_ROW) * 2;
    const words = new Int32Array(rows * ROW_WORDS);
    words.set(this.#words);
    giveBack(this.#words.buffer);
    giveBack(this.#slots.buffer);
    this.#words = words;
    this.#bytes = Buffer.from(words.buffer);
    this.#slots = new Int32Array(rows * SLOTS_PER_ROW);
    for (let row = 0; row < this.#count; row += 1) this.#enter(row);
  }
}

function isMoment(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MOMENT_MAX;
}

/** Four characters of a hash as one number. */
function wordOf(text: string, word: number): number {
  const at = word * WORD_BYTES;
  return (
    text.charCodeAt(at) |
    (text.charCodeAt(at + 1) << 8) |
    (text.charCodeAt(at + 2) << 16) |
    (text.charCodeAt(at + 3) << 24)
  );
}
