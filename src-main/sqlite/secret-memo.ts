import type { KeyId, ServiceId, TimestampMs } from '#contract/ids.ts';
import type { StoreRevision } from './store-revision.ts';
import type { VerifyRow } from './verify-queries.ts';

/** Secrets kept at most; one more, and all are forgotten. A power of two. */
const ROWS_MAX = 1 << 20;
/** Groups kept at most. Keys that agree in everything but their own columns are one group. */
const GROUPS_MAX = 1 << 14;
/** Characters of their columns together: the rules of a scope can be long. */
const GROUP_CHARACTERS_MAX = 1 << 25;
const ROWS_AT_FIRST = 1 << 10;
const NAME_BYTES_AT_FIRST = 1 << 14;
/** No UTF-16 unit of a name has more bytes in UTF-8. */
const UTF8_BYTES_MAX = 3;
/** Slots of the table a row: the fuller a table, the longer its searches. */
const SLOTS_PER_ROW = 2;

/** Columns that differ from key to key. All others are shared by a group. */
type OwnColumn = 'keyId' | 'keyName' | 'secretVersion' | 'expiresAtMs' | 'createdAtMs';

interface Group {
  readonly serviceId: ServiceId;
  readonly shared: Omit<VerifyRow, OwnColumn>;
}

/** Half of a hash, 128 bits: as hard to meet as any key of that length (RFC 2104 allows to cut there). */
const HASH_WORDS = 4;
const ID_BYTES = 12;
const WORD_BYTES = 4;
/** Where a row has what, in words: the hash comes first. */
const ID = HASH_WORDS;
const GROUP = 7;
const NAME = 8;
const VERSION = 9;
const ROW_WORDS = 10;
/** Moments of a row: expiry (NaN = none), creation. */
const MOMENTS = 2;
/** A name is kept with its length in bytes before it. */
const NAME_LENGTH_BYTES = 2;

/** What the store says of secrets, for as long as nobody writes to it: every entry is dropped when the revision changes, so
 *  nothing here outlives a change. Moments are kept, not what follows from them: expiry is decided at each call.
 *  Packed, at less than 100 bytes a secret, because a million objects would be 400 MB for the collector to walk: a look-up
 *  costs below 1 µs where the statement costs 9 among 1,000 keys and 35 among 1,000,000. */
export class SecretMemo {
  readonly #revision: StoreRevision;
  #keptAt = -1;
  #count = 0;
  #rows = new Int32Array(ROWS_AT_FIRST * ROW_WORDS);
  #rowBytes = Buffer.from(this.#rows.buffer);
  #moments = new Float64Array(ROWS_AT_FIRST * MOMENTS);
  /** The row in each slot. A slot counts when its row is in use and names this very slot: so forgetting clears nothing. */
  #slots = new Int32Array(ROWS_AT_FIRST * SLOTS_PER_ROW);
  #slotOfRow = new Int32Array(ROWS_AT_FIRST);
  #names = Buffer.alloc(NAME_BYTES_AT_FIRST);
  #nameBytes = 0;
  #groups: Group[] = [];
  #groupCharacters = 0;
  readonly #groupNumbers = new Map<string, number>();

  constructor(revision: StoreRevision) {
    this.#revision = revision;
  }

  /** What `keep` was told of this secret at this service since the last write; null when nothing. */
  find(hashText: string, serviceId: ServiceId): VerifyRow | null {
    if (this.#keptAt !== this.#revision.current) return null;
    const mask = this.#slots.length - 1;
    for (let slot = wordOf(hashText, 0) & mask; this.#isTaken(slot); slot = (slot + 1) & mask) {
      const row = this.#slots[slot] ?? 0;
      if (!this.#hasHash(row, hashText)) continue;
      const group = this.#groups[this.#rows[row * ROW_WORDS + GROUP] ?? 0];
      if (group?.serviceId === serviceId) return this.#unpack(row, group);
    }
    return null;
  }

  /** Keeps a row that was just read, unless its columns are too unlike those of all others. */
  keep(hashText: string, serviceId: ServiceId, found: VerifyRow): void {
    if (this.#keptAt !== this.#revision.current || this.#count >= ROWS_MAX) this.#forget();
    const { keyId, keyName, secretVersion, expiresAtMs, createdAtMs, ...shared } = found;
    const group = this.#groupNumber({ serviceId, shared });
    if (group === null) return;
    this.#makeRoom(keyName);
    const row = this.#count;
    const start = row * ROW_WORDS;
    for (let word = 0; word < HASH_WORDS; word += 1) this.#rows[start + word] = wordOf(hashText, word);
    this.#rowBytes.write(keyId, (start + ID) * WORD_BYTES, ID_BYTES, 'latin1');
    this.#rows[start + GROUP] = group;
    this.#rows[start + NAME] = this.#addName(keyName);
    this.#rows[start + VERSION] = secretVersion;
    this.#moments[row * MOMENTS] = expiresAtMs ?? Number.NaN;
    this.#moments[row * MOMENTS + 1] = createdAtMs;
    this.#enter(row);
    this.#count += 1;
  }

  #isTaken(slot: number): boolean {
    const row = this.#slots[slot] ?? 0;
    return row < this.#count && this.#slotOfRow[row] === slot;
  }

  #hasHash(row: number, hashText: string): boolean {
    const start = row * ROW_WORDS;
    for (let word = 0; word < HASH_WORDS; word += 1) {
      if (this.#rows[start + word] !== wordOf(hashText, word)) return false;
    }
    return true;
  }

  #unpack(row: number, group: Group): VerifyRow {
    const start = row * ROW_WORDS;
    const id = (start + ID) * WORD_BYTES;
    const name = (this.#rows[start + NAME] ?? 0) + NAME_LENGTH_BYTES;
    const nameLength = this.#names.readUInt16LE(name - NAME_LENGTH_BYTES);
    const expiresAtMs = this.#moments[row * MOMENTS] ?? Number.NaN;
    return {
      ...group.shared,
      keyId: this.#rowBytes.toString('latin1', id, id + ID_BYTES) as KeyId,
      keyName: this.#names.toString('utf8', name, name + nameLength),
      secretVersion: this.#rows[start + VERSION] ?? 0,
      expiresAtMs: Number.isNaN(expiresAtMs) ? null : (expiresAtMs as TimestampMs),
      createdAtMs: (this.#moments[row * MOMENTS + 1] ?? 0) as TimestampMs,
    };
  }

  #forget(): void {
    this.#keptAt = this.#revision.current;
    this.#count = 0;
    this.#nameBytes = 0;
    this.#groups = [];
    this.#groupCharacters = 0;
    this.#groupNumbers.clear();
  }

  #groupNumber(group: Group): number | null {
    const text = JSON.stringify(group);
    const known = this.#groupNumbers.get(text);
    if (known !== undefined) return known;
    if (this.#groups.length >= GROUPS_MAX || this.#groupCharacters + text.length > GROUP_CHARACTERS_MAX)
      return null;
    this.#groupCharacters += text.length;
    this.#groupNumbers.set(text, this.#groups.length);
    return this.#groups.push(group) - 1;
  }

  #addName(name: string): number {
    const start = this.#nameBytes;
    const length = this.#names.write(name, start + NAME_LENGTH_BYTES, 'utf8');
    this.#names.writeUInt16LE(length, start);
    this.#nameBytes = start + NAME_LENGTH_BYTES + length;
    return start;
  }

  /** Makes room for one more row, whatever its name. */
  #makeRoom(name: string): void {
    const nameBytesMax = NAME_LENGTH_BYTES + name.length * UTF8_BYTES_MAX;
    while (this.#nameBytes + nameBytesMax > this.#names.length) {
      this.#names = Buffer.concat([this.#names], this.#names.length * 2);
    }
    if (this.#count < this.#slotOfRow.length) return;
    const rows = this.#slotOfRow.length * 2;
    this.#rows = grown(this.#rows, new Int32Array(rows * ROW_WORDS));
    this.#rowBytes = Buffer.from(this.#rows.buffer);
    this.#moments = grown(this.#moments, new Float64Array(rows * MOMENTS));
    this.#slotOfRow = new Int32Array(rows);
    this.#slots = new Int32Array(rows * SLOTS_PER_ROW);
    const count = this.#count;
    // One after the other, so that no slot of a row still to be entered counts as taken.
    for (this.#count = 0; this.#count < count; this.#count += 1) this.#enter(this.#count);
  }

  #enter(row: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#rows[row * ROW_WORDS] ?? 0) & mask;
    while (this.#isTaken(slot)) slot = (slot + 1) & mask;
    this.#slots[slot] = row;
    this.#slotOfRow[row] = slot;
  }
}

function grown<A extends Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
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
