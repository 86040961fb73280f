import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { copyOpenStore } from './copy-store.ts';

async function openStore() {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-copy-'));
  const handle = new Database(join(folder, 'store.db'));
  handle.pragma('journal_mode = WAL');
  handle.exec('CREATE TABLE pairs (a INTEGER, b INTEGER)');
  const insert = handle.prepare('INSERT INTO pairs VALUES (?, ?)');
  handle.transaction(() => {
    for (let n = 0; n < 40_000; n += 1) insert.run(n, n);
  })();
  return { folder, handle, target: join(folder, 'copy.db') };
}

describe.each([
  ['within one turn', 1_000_000_000],
  ['page by page', 0],
])('a store copied %s', (_how, oneTurnBytesMax) => {
  it('is one moment of it, also while it is written to, what stands in its log included; nobody else may read it', async () => {
    const { handle, target } = await openStore();
    const copying = copyOpenStore(handle, target, oneTurnBytesMax);
    for (let n = 0; n < 20; n += 1) {
      handle.exec('UPDATE pairs SET a = a + 1; UPDATE pairs SET b = b + 1 WHERE a <> b');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await copying;
    handle.close();
    const copy = new Database(target, { readonly: true });
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(
      copy.prepare('SELECT count(*) AS rows, count(*) FILTER (WHERE a <> b) AS torn FROM pairs').get(),
    ).toEqual({ rows: 40_000, torn: 0 });
    copy.close();
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing where it cannot be placed', async () => {
    const { folder, handle, target } = await openStore();
    writeFileSync(`${target}.tmp`, 'of a program that was killed');
    await expect(copyOpenStore(handle, join(folder, 'gone', 'copy.db'), oneTurnBytesMax)).rejects.toThrow();
    await copyOpenStore(handle, target, oneTurnBytesMax);
    handle.close();
    expect(existsSync(target)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
