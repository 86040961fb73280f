import { type KeysDatabase, openKeysDatabase } from './keys-database.ts';

/** The open key store of this process. A restore puts another file in its place, so callers ask `db` each time and keep nothing. */
export class KeysStore {
  readonly #path: string;
  #db: KeysDatabase;

  constructor(path: string, opened: KeysDatabase) {
    this.#path = path;
    this.#db = opened;
  }

  get db(): KeysDatabase {
    return this.#db;
  }

  /** Closes the store, lets `swap` change the files, and opens what is there then; no other code runs in between.
   *  What was learned of last uses is kept. When opening fails, every later use of the store throws. */
  exchange(swap: () => void): void {
    const { lastUsed } = this.#db;
    this.#db.close();
    try {
      swap();
    } finally {
      this.#db = openKeysDatabase(this.#path, lastUsed);
    }
  }

  /** Reads the whole store once. Throws when it cannot be read or is damaged. */
  check(): void {
    const verdict = String(this.#db.handle.pragma('quick_check(1)', { simple: true }));
    if (verdict !== 'ok') throw new Error(`The key store is damaged: ${verdict}`);
  }

  /** Can the store be asked right now? */
  isUsable(): boolean {
    try {
      this.#db.store.get('instance_id');
      return true;
    } catch {
      // Whatever the reason: the answer to the question is no.
      return false;
    }
  }

  close(): void {
    this.#db.close();
  }
}
