import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createStore } from './create-store.ts';
import { inspectStore } from './inspect-store.ts';

const FACTS = { instance_id: 'one', app_version: '1', pepper_fingerprint: 'f', created_at_ms: '0' };
/** Every file is large beside this. */
const LARGE = { largeBytes: 1, isHurried: true } as const;
const INSERT_REPEAT = `
  INSERT INTO command_repeats (procedure, actor_id, idempotency_key, input_hash, reply, at_ms)
  VALUES ('keys.create', 'someone', 'once', zeroblob(32), '{}', 1)`;
const folders: string[] = [];
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-inspect-'));
  folders.push(folder);
  path = join(folder, 'keys.db');
  createStore(path, FACTS);
});
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true });
});

function inspect(options: Parameters<typeof inspectStore>[2]) {
  const before = stateOf();
  const finding = inspectStore(path, join(folder, 'inspection'), options);
  expect(stateOf()).toEqual(before);
  expect(existsSync(join(folder, 'inspection'))).toBe(false);
  return finding;
}

function stateOf(): readonly (readonly [string, string])[] {
  return readdirSync(folder).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  ]);
}

function withHandle(work: (handle: Database.Database) => void): void {
  const handle = new Database(path);
  handle.unsafeMode(true);
  work(handle);
  handle.close();
}

/** An index that knows a row as it was before, as after a page that was never written. */
function outdateIndex(): void {
  const entry = { name: '', rootpage: 0, sql: '' };
  withHandle((handle) => {
    handle.exec(INSERT_REPEAT);
    Object.assign(
      entry,
      handle
        .prepare("SELECT name, rootpage, sql FROM sqlite_schema WHERE name = 'command_repeats_by_time'")
        .get(),
    );
    handle.pragma('writable_schema = ON');
    handle.prepare('DELETE FROM sqlite_schema WHERE name = ?').run(entry.name);
  });
  withHandle((handle) => {
    handle.exec('UPDATE command_repeats SET at_ms = 2');
    handle.pragma('writable_schema = ON');
    handle
      .prepare(
        "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('index', ?, 'command_repeats', ?, ?)",
      )
      .run(entry.name, entry.rootpage, entry.sql);
  });
}

describe('a large store', () => {
  it('is looked at where it lies, without a byte of it or beside it being changed', () => {
    expect(inspect(LARGE)).toMatchObject({
      kind: 'sound',
      isWhollyRead: false,
      facts: { instanceId: 'one' },
    });
    expect(inspect({ largeBytes: 1 })).toMatchObject({ kind: 'sound', isWhollyRead: true });
    expect(inspect({ isHurried: true })).toMatchObject({ kind: 'sound', isWhollyRead: true });
  });

  it('that was not closed is looked at with what is in its log', () => {
    const running = new Database(path);
    running.pragma('journal_mode = WAL');
    running.pragma('wal_autocheckpoint = 0');
    running.exec("UPDATE store SET value = 'two' WHERE name = 'instance_id'");
    const files = ['keys.db', 'keys.db-wal'].map((name) => [name, readFileSync(join(folder, name))] as const);
    running.close();
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    expect(inspect(LARGE)).toMatchObject({ kind: 'sound', facts: { instanceId: 'two' } });
  });

  it('with a page of noise in it is damaged, also when there is no time to compare its indexes', () => {
    const content = readFileSync(path);
    content.fill(0xa7, 3 * 4_096, 4 * 4_096);
    writeFileSync(path, content);
    expect(inspect(LARGE)).toMatchObject({ kind: 'damaged' });
  });

  it('whose index is not that of its table passes only while there is no time, and is said not to be read whole', () => {
    outdateIndex();
    expect(inspect(LARGE)).toMatchObject({ kind: 'sound', isWhollyRead: false });
    expect(inspect({ largeBytes: 1 })).toMatchObject({ kind: 'damaged' });
  });
});
