import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decision, NOW, write } from './log.test-support.ts';
import { openLog } from './open-log.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-open-log-'));
  file = join(directory, 'requests.db');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const open = (hadLog = true) => openLog({ file, nowMs: NOW, hadLog });

/** A log with 200 rows, closed. */
function makeLog(): void {
  const { store } = open();
  write(
    store,
    Array.from({ length: 200 }, () => decision()),
  );
  store.close();
}

const kept = () => readdirSync(directory).filter((name) => name.startsWith('requests-damaged-'));

describe('a damaged request log', () => {
  const damage: Record<string, () => void> = {
    'an empty file': () => {
      writeFileSync(file, '');
    },
    garbage: () => {
      writeFileSync(file, Buffer.alloc(9_000, 'not a database '));
    },
    'cut off in the first page': () => {
      truncateSync(file, 1_000);
    },
    "another program's database": () => {
      rmSync(file);
      const other = new Database(file);
      other.exec('CREATE TABLE x (y); PRAGMA user_version = 1');
      other.close();
    },
    'without one of its tables': () => {
      const less = new Database(file);
      less.exec('DROP TABLE rollups_hour');
      less.close();
    },
  };

  it.each(Object.keys(damage))('(%s) is kept aside, and a new one takes its place', (name) => {
    makeLog();
    damage[name]?.();
    const { store, warnings } = open();
    write(store, [decision()]);
    expect(store.rowCount).toBe(1);
    expect(warnings.map(({ code }) => code)).toEqual(['LOG_REPLACED']);
    expect(kept()).toContain('requests-damaged-20261122T120030000Z.db');
    expect(warnings[0]?.message).toContain('requests-damaged-20261122T120030000Z.db');
    expect(warnings[0]?.message).toContain('quotas');
    store.close();
  });

  it('is kept with the very bytes that were found', () => {
    const bytes = Buffer.alloc(5_000, 'garbage ');
    writeFileSync(file, bytes);
    open().store.close();
    expect(readFileSync(join(directory, kept()[0] ?? '')).equals(bytes)).toBe(true);
  });
});

describe('a log of a newer version', () => {
  it('is not touched: opening it fails with the exit code for it, and a sentence', () => {
    makeLog();
    const newer = new Database(file);
    newer.pragma('user_version = 99');
    newer.close();
    const before = readFileSync(file);
    expect(() => open()).toThrow(
      expect.objectContaining({ exitCode: 4, message: expect.stringContaining('newer version of Latchkey') }),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(kept()).toEqual([]);
  });
});

describe('a log that another process has', () => {
  it('is not touched: opening it fails', () => {
    makeLog();
    const owner = new Database(file);
    owner.pragma('locking_mode = EXCLUSIVE');
    owner.exec('BEGIN EXCLUSIVE');
    expect(() => open()).toThrow(/locked|busy/i);
    expect(kept()).toEqual([]);
    owner.close();
  });
});

describe('a missing log', () => {
  it('is a warning when there was one, and none in a new data directory', () => {
    const first = open(false);
    expect(first.warnings).toEqual([]);
    first.store.close();
    rmSync(file);
    const second = open();
    expect(second.warnings.map(({ code }) => code)).toEqual(['LOG_MISSING']);
    expect(second.warnings[0]?.message).toContain('quotas');
    second.store.close();
  });
});
