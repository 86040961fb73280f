import { expect, it } from 'vitest';
import { keyId, serviceId, timestampMs } from '#contract/ids.ts';
import { openKeysDatabase } from './keys-database.ts';

const key = keyId.parse('k7Qd2mX9pR4t');
const other = keyId.parse('000000000000');
const at = (ms: number) => timestampMs.parse(ms);

it('knows the latest use of each secret, of the key as a whole and of services, whatever the order of the news', () => {
  const db = openKeysDatabase(':memory:');
  db.lastUsed.load([{ keyId: key, version: 1, atMs: at(50) }]);
  db.lastUsed.touch(key, 2, at(70));
  db.lastUsed.touch(key, 1, at(40));
  expect([db.lastUsed.keyAt(key), db.lastUsed.secretAt(key, 1), db.lastUsed.secretAt(key, 2)]).toEqual([
    70, 50, 70,
  ]);
  expect([db.lastUsed.keyAt(other), db.lastUsed.secretAt(key, 3)]).toEqual([null, null]);
  const service = serviceId.parse('svc_0000000000000000');
  db.lastUsed.touchService(service, at(9));
  db.lastUsed.touchService(service, at(8));
  expect(db.lastUsed.serviceAt(service)).toBe(9);
  db.close();
});

it('lets SQL see it after sync, and leaves no trace of it in keys.db', () => {
  const db = openKeysDatabase(':memory:');
  const rows = () =>
    db.handle.prepare('SELECT key_id AS keyId, at_ms AS atMs FROM last_used ORDER BY key_id').all();
  db.lastUsed.touch(key, 1, at(50));
  expect(rows()).toEqual([]);
  db.lastUsed.sync();
  db.lastUsed.touch(key, 1, at(60));
  db.lastUsed.touch(other, 1, at(1));
  db.lastUsed.sync();
  expect(rows()).toEqual([
    { keyId: other, atMs: 1 },
    { keyId: key, atMs: 60 },
  ]);
  expect(
    db.handle.prepare("SELECT 1 FROM main.sqlite_schema WHERE name = 'last_used'").get(),
  ).toBeUndefined();
  const again = openKeysDatabase(':memory:', db.lastUsed);
  again.lastUsed.sync();
  expect(again.handle.prepare('SELECT COUNT(*) AS count FROM last_used').get()).toEqual({ count: 2 });
  db.close();
  again.close();
});
