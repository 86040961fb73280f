import { closeSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory, syncFile } from '#main/platform/write-file-atomic.ts';
import { openKeysDatabase } from './keys-database.ts';
import type { FoundingFact, StoreFact } from './store-queries.ts';

/** Makes a new, empty key store. It appears under `path` only when it is complete: a kill before that leaves none. */
export function createStore(path: string, facts: Readonly<Record<FoundingFact, string>>): void {
  const unfinished = `${path}.new`;
  for (const ending of ['', '-wal', '-journal']) rmSync(`${unfinished}${ending}`, { force: true });
  // Made here and not by SQLite, so that its mode does not depend on the umask.
  closeSync(openSync(unfinished, 'wx', 0o600));
  const db = openKeysDatabase(unfinished);
  try {
    db.transaction(() => {
      for (const [name, value] of Object.entries(facts)) db.store.put(name as StoreFact, value);
    });
  } finally {
    // Closing writes the log back into the file.
    db.close();
  }
  syncFile(unfinished);
  renameSync(unfinished, path);
  syncDirectory(dirname(path));
}
