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

type Row = Readonly<Record<string, unknown>>;

/** Adds `count` keys that differ from an existing one in id, name and secret only, in one transaction; their key texts. No server
 *  may have the file open. A million over the API would take an hour; the rows are the same. */
export function seedKeys(file: string, pepper: Uint8Array, likeSecret: string, count: number): string[] {
  const like = parseKey(likeSecret);
  if (like.kind !== 'key') throw new Error('The key to copy is malformed.');
  const keyring = createKeyring(pepper);
  const db = openKeysDatabase(file);
  try {
    // Ids and hashes are random, so every insert goes to another page: they all have to fit.
    db.handle.pragma('cache_size = -600000');
    const key = db.handle.prepare('SELECT * FROM keys WHERE id = ?').get(like.keyId) as Row;
    const secret = db.handle.prepare('SELECT * FROM secrets WHERE key_id = ?').get(like.keyId) as Row;
    const scopes = db.handle.prepare('SELECT * FROM key_scopes WHERE key_id = ?').all(like.keyId) as Row[];
    const insert = { key: inserter(db, 'keys', key), secret: inserter(db, 'secrets', secret) };
    const insertScope = inserter(db, 'key_scopes', scopes[0] ?? {});
    return db.transaction(() =>
      Array.from({ length: count }, (_, index) => {
        const id = keyId.parse(randomText(KEY_ID_CHARACTERS));
        const text = formatKey({ ...like, keyId: id, secret43: randomText(SECRET_CHARACTERS) });
        insert.key({ ...key, id, name: `Benchmark ${String(index + 1)}` });
        insert.secret({ ...secret, key_id: id, hash: keyring.hash(text), last4: lastFour(text) });
        for (const scope of scopes) insertScope({ ...scope, key_id: id });
        return text;
      }),
    );
  } finally {
    db.close();
  }
}

function inserter(db: KeysDatabase, table: string, like: Row): (row: Row) => void {
  const columns = Object.keys(like);
  const statement = db.handle.prepare(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`,
  );
  return (row) => void statement.run(row);
}

function randomText(characters: number): string {
  return randomBase62(characters, (count) => randomBytes(count));
}
