import { expect, test } from 'vitest';
import { KEYS_OPTIONS, openDatabase } from './open-database.ts';
import { watchWrites } from './store-revision.ts';

function open() {
  const db = openDatabase(':memory:', KEYS_OPTIONS);
  db.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)');
  return { db, revision: watchWrites(db) };
}

test('every way to write to the store raises its revision, whether it writes, throws or is undone', () => {
  const { db, revision } = open();
  const insert = db.prepare('INSERT INTO t (b) VALUES (?)');
  const returning = db.prepare('UPDATE t SET b = ? RETURNING a');
  const inTransaction = db.transaction(() => undefined);
  const ways: Record<string, () => unknown> = {
    run: () => insert.run('x'),
    'run of one that fails': () => db.prepare('INSERT INTO t (a) VALUES (1)').run(),
    'get of one that returns': () => returning.get('y'),
    'all of one that returns': () => returning.all('z'),
    'raw rows of one that returns': () => returning.raw(true).all('z'),
    'bound beforehand': () => db.prepare('DELETE FROM t WHERE a = ?').bind(7).run(),
    exec: () => db.exec('DELETE FROM t'),
    pragma: () => db.pragma('user_version = 3'),
    'begin by hand': () => db.prepare('BEGIN').run(),
    'roll back by hand': () => db.prepare('ROLLBACK').run(),
    transaction: () => inTransaction(),
    immediate: () => inTransaction.immediate(),
    deferred: () => inTransaction.deferred(),
    exclusive: () => inTransaction.exclusive(),
    default: () => inTransaction.default(),
    'transaction that is undone': () =>
      db
        .transaction(() => {
          throw new Error('undone');
        })
        .immediate(),
    close: () => db.close(),
  };
  for (const [way, write] of Object.entries(ways)) {
    const before = revision.current;
    if (way.includes('fails') || way.includes('undone')) expect(write, way).toThrow();
    else write();
    expect(revision.current, way).toBeGreaterThan(before);
  }
});

test('what is read inside a transaction that is undone belongs to a revision of its own', () => {
  const { db, revision } = open();
  let inside = 0;
  const undone = db.transaction(() => {
    db.prepare("INSERT INTO t (b) VALUES ('x')").run();
    inside = revision.current;
    throw new Error('undone');
  });
  expect(() => undone.immediate()).toThrow('undone');
  expect(revision.current).toBeGreaterThan(inside);
});

test('reading leaves the revision alone, and a statement that writes is not read row by row', () => {
  const { db, revision } = open();
  const select = db.prepare('SELECT a FROM t');
  const before = revision.current;
  select.get();
  select.all();
  select.pluck().all();
  expect([...select.iterate()]).toEqual([]);
  expect(revision.current).toBe(before);
  expect(() => db.prepare('DELETE FROM t RETURNING a').iterate()).toThrow('row by row');
});
