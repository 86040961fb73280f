/** What a principal is found by. */
export type PrincipalColumn = 'keyId' | 'applicationId' | 'partnerId';

const COLUMNS: readonly PrincipalColumn[] = ['keyId', 'applicationId', 'partnerId'];
const FIRST_CAPACITY = 1_024;
/** The end of a chain; no place has this number. */
const NONE = 0xffff_ffff;
/** FNV-1a. */
const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;

/** Finds principals whose entries the file does not have yet by their key or owner: chains of those with one hash, packed into
 *  arrays, some 28 bytes a principal. Ids ascend without gaps. */
export class PrincipalTail {
  #firstId = 0;
  #length = 0;
  #chains = newChains(FIRST_CAPACITY);

  get length(): number {
    return this.#length;
  }

  /** Adds the next principal. */
  add(id: number, row: Readonly<Record<PrincipalColumn, string>>): void {
    if (this.#length === 0) this.#firstId = id;
    if (id !== this.#firstId + this.#length) throw new Error('Broken invariant: a principal was left out');
    const capacity = this.#chains.keyId.next.length;
    if (this.#length === capacity) this.#grow(2 * capacity);
    for (const column of COLUMNS) push(this.#chains[column], this.#length, hashOf(row[column]));
    this.#length += 1;
  }

  /** Ids that may have this text in the column, newest first: some of them may have another one. */
  *idsWith(column: PrincipalColumn, text: string): Generator<number, void, void> {
    if (this.#length === 0) return;
    const { heads, next } = this.#chains[column];
    const slot = hashOf(text) & (heads.length - 1);
    for (let place = heads[slot] ?? NONE; place !== NONE; place = next[place] ?? NONE) {
      yield this.#firstId + place;
    }
  }

  clear(): void {
    this.#length = 0;
    this.#chains = newChains(FIRST_CAPACITY);
  }

  #grow(capacity: number): void {
    const before = this.#chains;
    this.#chains = newChains(capacity);
    for (const column of COLUMNS) {
      for (let place = 0; place < this.#length; place += 1) {
        push(this.#chains[column], place, before[column].hashes[place] ?? 0);
      }
    }
  }
}

interface Chains {
  /** The newest place of each hash. */
  readonly heads: Uint32Array;
  /** The place before, of each place. */
  readonly next: Uint32Array;
  readonly hashes: Uint32Array;
}

function newChains(capacity: number): Readonly<Record<PrincipalColumn, Chains>> {
  const chains = (): Chains => ({
    heads: new Uint32Array(capacity).fill(NONE),
    next: new Uint32Array(capacity),
    hashes: new Uint32Array(capacity),
  });
  return { keyId: chains(), applicationId: chains(), partnerId: chains() };
}

function push({ heads, next, hashes }: Chains, place: number, hash: number): void {
  const slot = hash & (heads.length - 1);
  hashes[place] = hash;
  next[place] = heads[slot] ?? NONE;
  heads[slot] = place;
}

function hashOf(text: string): number {
  let hash = HASH_START;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), HASH_FACTOR);
  return (hash ^ (hash >>> 15)) >>> 0;
}
