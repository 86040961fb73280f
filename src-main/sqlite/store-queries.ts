import type { DatabaseHandle } from './open-database.ts';

/** Facts about the store itself. */
export type StoreFact =
  /** Id shared with the marker file beside the database. */
  | 'instance_id'
  /** Version of the program that wrote last. */
  | 'app_version'
  /** Tells the right master secret from a wrong one. */
  | 'pepper_fingerprint'
  | 'created_at_ms'
  /** What sample data consist of, as JSON; there only while there are some. */
  | 'samples'
  /** How large the databases were, day by day, as JSON; there once it was looked. */
  | 'sizes';

/** Facts that every store has from its making on. */
export type FoundingFact = Exclude<StoreFact, 'samples' | 'sizes'>;

// Start-up, backups; primary key.
const GET = `SELECT value FROM store WHERE name = @name`;

// Creation of a store and start-up.
const PUT = `
  INSERT INTO store (name, value)
  VALUES (@name, @value)
  ON CONFLICT (name) DO UPDATE
  SET value = excluded.value`;

// The end of samples.delete; primary key.
const DELETE = `DELETE FROM store WHERE name = @name`;

// system.status and backups; a scan of the smallest index.
const COUNT_KEYS = `SELECT COUNT(*) AS count FROM keys`;

/** Prepares the statements on facts about the store. */
export function createStoreQueries(handle: DatabaseHandle) {
  const get = handle.prepare<{ name: StoreFact }, { value: string }>(GET);
  const put = handle.prepare<{ name: StoreFact; value: string }>(PUT);
  const remove = handle.prepare<{ name: StoreFact }>(DELETE);
  const countKeys = handle.prepare<[], { count: number }>(COUNT_KEYS);
  return {
    get: (name: StoreFact): string | null => get.get({ name })?.value ?? null,
    put: (name: StoreFact, value: string): void => void put.run({ name, value }),
    delete: (name: StoreFact): void => void remove.run({ name }),
    /** Keys of every status. */
    keyCount: (): number => countKeys.get()?.count ?? 0,
    /** Bytes of the database without its write-ahead log. */
    sizeBytes: (): number => storeBytes(handle),
  };
}

/** Bytes of an open database without its write-ahead log. */
export function storeBytes(handle: DatabaseHandle): number {
  return (
    Number(handle.pragma('page_count', { simple: true })) *
    Number(handle.pragma('page_size', { simple: true }))
  );
}
