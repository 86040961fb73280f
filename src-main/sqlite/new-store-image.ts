import { openKeysDatabase } from './keys-database.ts';

let migrated: Buffer | null = null;

/** The bytes of a new key store, for `openDatabase`. The migrations run once in a process, and each store begins as a copy of what they
 *  made: they are most of the work of opening one. */
export function newStoreImage(): Buffer {
  if (migrated !== null) return migrated;
  const db = openKeysDatabase(':memory:');
  migrated = db.handle.serialize();
  db.close();
  return migrated;
}
