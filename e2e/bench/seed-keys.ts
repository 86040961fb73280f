import { randomBytes } from 'node:crypto';
import { keyId } from '#contract/ids.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import {
  formatKey,
  KEY_ID_CHARACTERS,
  lastFour,
  parseKey,
  SECRET_CHARACTERS,
} from '#main/domain/key-format.ts';
import { createKeyring } from '#main/platform/keyring.ts';
import { openKeysDatabase, type KeysDatabase } from '#main/sqlite/keys-database.ts';

/** Keys handed to SQLite in one statement. */
const TOGETHER = 1_000;
const POOL_BYTES = 65_536;

/** Adds `count` keys that differ from an existing one in id, name and secret only, in one transaction; their key texts. No server
 *  may have the file open. A million over the API would take an hour; the rows are the same. They go in sorted, and indexes are made
 *  afterwards: some 20 s a million instead of minutes. */
export function seedKeys(file: string, pepper: Uint8Array, likeSecret: string, count: number): string[] {
  const like = parseKey(likeSecret);
  if (like.kind !== 'key') throw new Error('The key to copy is malformed.');
  const keyring = createKeyring(pepper);
  const randomText = createRandomText();
  const db = openKeysDatabase(file);
  try {
    // Hashes are random, so every insert goes to another page of their index: they all have to fit.
    db.handle.pragma('cache_size = -600000');
    db.handle.pragma('foreign_keys = OFF');
    const texts: string[] = [];
    db.transaction(() => {
      db.handle.exec('CREATE TEMP TABLE seeds (id TEXT, name TEXT, hash BLOB, last4 TEXT, no_origin BLOB)');
      while (texts.length < count) addSeeds(Math.min(TOGETHER, count - texts.length));
      withoutIndexes(db, ['keys', 'secrets', 'key_scopes'], () => {
        copyRows(db, 'keys', 'id', like.keyId, { id: 'id', name: 'name' });
        // Nobody pastes these: their texts have no origin.
        const ofSeed = { key_id: 'id', hash: 'hash', last4: 'last4', origin_hash: 'no_origin' };
        copyRows(db, 'secrets', 'key_id', like.keyId, ofSeed);
        copyRows(db, 'key_scopes', 'key_id', like.keyId, { key_id: 'id' });
      });
      db.handle.exec('DROP TABLE temp.seeds');
    });
    return texts;

    function addSeeds(more: number): void {
      const values = Array.from({ length: more }, () => {
        const id = keyId.parse(randomText(KEY_ID_CHARACTERS));
        if (like.kind !== 'key') return [];
        const text = formatKey({ ...like, keyId: id, secret43: randomText(SECRET_CHARACTERS) });
        texts.push(text);
        return [id, `Benchmark ${String(texts.length)}`, keyring.hash(text), lastFour(text)];
      });
      const rows = values.map(() => '(?, ?, ?, ?)').join(', ');
      db.handle
        .prepare(`INSERT INTO temp.seeds (id, name, hash, last4) VALUES ${rows}`)
        .run(...values.flat());
    }
  } finally {
    db.close();
  }
}

/** Rows as those of the key to copy, with these columns from a seed, in the order of their table. */
function copyRows(
  db: KeysDatabase,
  table: string,
  keyColumn: string,
  key: string,
  seeded: Readonly<Record<string, string>>,
): void {
  const columns = db.handle
    .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
    .all(table)
    .map(({ name }) => name)
    // A rowid of its own.
    .filter((name) => name !== 'rowid');
  const values = columns.map((name) => (name in seeded ? `s.${seeded[name] ?? ''}` : `t.${name}`));
  db.handle
    .prepare(
      `INSERT INTO ${table} (${columns.join(', ')})
       SELECT ${values.join(', ')}
       FROM temp.seeds s
       CROSS JOIN ${table} t
       WHERE t.${keyColumn} = ?
       ORDER BY s.id`,
    )
    .run(key);
}

function withoutIndexes(db: KeysDatabase, tables: readonly string[], work: () => void): void {
  const indexes = db.handle
    .prepare<[string], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema
       WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(tables));
  for (const { name } of indexes) db.handle.exec(`DROP INDEX ${name}`);
  work();
  for (const { sql } of indexes) db.handle.exec(sql);
}

/** Random texts; asks the system for bytes seldom, which costs more than all else of a key. */
function createRandomText(): (characters: number) => string {
  let pool = randomBytes(0);
  return (characters) =>
    randomBase62(characters, (count) => {
      if (pool.length < count) pool = randomBytes(POOL_BYTES);
      const taken = pool.subarray(0, count);
      pool = pool.subarray(count);
      return taken;
    });
}
