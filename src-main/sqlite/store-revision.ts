import type { DatabaseHandle } from './open-database.ts';

/** Tells what was read of a store from what may have changed since: whatever is remembered of it holds for one `current` alone.
 *  Grows with every statement that can write, with every commit and roll-back, and when the store closes. Never goes back. */
export interface StoreRevision {
  readonly current: number;
}

const numbers = { last: 0 };

/** No two states of any store of this process have the same number: after a restore another store answers. */
function nextRevision(): number {
  numbers.last += 1;
  return numbers.last;
}

/** Counts the writes of a connection from now on. Every statement that is prepared later counts its own runs, so there is no
 *  way past it: nobody has to remember to tell. The file belongs to this connection alone (`locking_mode=EXCLUSIVE`).
 *  A statement that writes is run or read whole; `iterate` refuses, because its writes would come later than the call. */
export function watchWrites(handle: DatabaseHandle): StoreRevision {
  const revision = { current: nextRevision() };
  const counted = <Args extends unknown[], Result>(work: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      try {
        return work(...args);
      } finally {
        revision.current = nextRevision();
      }
    };
  };
  const prepare = handle.prepare.bind(handle);
  const watched = (source: string) => {
    const statement = prepare(source);
    // BEGIN and COMMIT count as read-only for SQLite: only what gives rows can be left alone.
    if (statement.readonly && statement.reader) return statement;
    return Object.assign(statement, {
      run: counted(statement.run.bind(statement)),
      get: counted(statement.get.bind(statement)),
      all: counted(statement.all.bind(statement)),
      iterate: () => {
        throw new Error('A statement that writes is not read row by row.');
      },
    });
  };
  const transaction = handle.transaction.bind(handle);
  // Commits and roll-backs are the library's own statements: what was read inside may be undone by them.
  const watchedTransaction = (work: () => unknown) => {
    const begun = transaction(work);
    const kinds = {
      default: counted(begun.default.bind(handle)),
      deferred: counted(begun.deferred.bind(handle)),
      immediate: counted(begun.immediate.bind(handle)),
      exclusive: counted(begun.exclusive.bind(handle)),
    };
    return Object.assign(counted(begun), kinds);
  };
  Object.assign(handle, {
    prepare: watched,
    transaction: watchedTransaction,
    exec: counted(handle.exec.bind(handle)),
    pragma: counted(handle.pragma.bind(handle)),
    close: counted(handle.close.bind(handle)),
  });
  return revision;
}
