import { type KeysDatabase, reopenKeysDatabase } from './keys-database.ts';

/** Thrown by a swap that left the files neither as they were nor as they should be: the store must not be opened. */
export class StoreUnsettledError extends Error {
  override readonly name = 'StoreUnsettledError';
}

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
   *  What was learned of last uses is kept. Throws what `swap` throws: then the store is the same as before, or, when it
   *  cannot be, closed, and every later use of it throws. Never puts an empty store in place of a missing one. */
  exchange(swap: () => void): void {
    const before = identityOf(this.#db);
    this.#db.close();
    try {
      swap();
    } catch (error) {
      if (!(error instanceof StoreUnsettledError)) this.#openSame(before, error);
      throw error;
    }
    this.#open(() => undefined);
  }

  /** Closes the store, opens the same file again and reads it whole. When that fails, or the file is damaged, or `check`
   *  throws, the store stays closed: every later use of it throws. */
  reopen(check: (db: KeysDatabase) => void): void {
    this.#db.close();
    this.#open((db) => {
      const verdict = String(db.handle.pragma('quick_check(1)', { simple: true }));
      if (verdict !== 'ok') throw new Error(`The key store is damaged: ${verdict}`);
      check(db);
    });
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

  #open(check: (db: KeysDatabase) => void): void {
    const opened = reopenKeysDatabase(this.#path, this.#db.lastUsed);
    try {
      check(opened);
    } catch (error) {
      opened.close();
      throw error;
    }
    this.#db = opened;
  }

  #openSame(before: string, cause: unknown): void {
    try {
      this.#open((db) => {
        if (identityOf(db) !== before) throw new Error('Another store lies in its place.');
      });
    } catch (error) {
      throw new AggregateError([cause, error], 'The store was not exchanged and cannot be opened again.', {
        cause: error,
      });
    }
  }
}

/** Tells one state of one store from every other. */
function identityOf(db: KeysDatabase): string {
  const last = db.audit.last();
  return JSON.stringify([db.store.get('instance_id'), db.audit.total(), last?.hash ?? null]);
}
