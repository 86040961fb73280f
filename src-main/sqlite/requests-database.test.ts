import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { schemaText } from './migrate.ts';
import { openDatabase, REQUESTS_APPLICATION_ID, REQUESTS_OPTIONS } from './open-database.ts';
import { openRequestsDatabase } from './requests-database.ts';

/** What a second look at the file of a new request log finds. */
function lookAtNewFile<T>(look: (handle: ReturnType<typeof openDatabase>) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-requests-'));
  const path = join(directory, 'requests.db');
  openRequestsDatabase(path).close();
  const handle = openDatabase(path, REQUESTS_OPTIONS);
  try {
    return look(handle);
  } finally {
    handle.close();
    rmSync(directory, { recursive: true });
  }
}

describe('requests.db', () => {
  it('is marked as ours, can shrink step by step, and keeps what is committed through a power cut', () => {
    const names = [
      'application_id',
      'user_version',
      'auto_vacuum',
      'journal_mode',
      'synchronous',
      'secure_delete',
    ];
    expect(lookAtNewFile((handle) => names.map((name) => handle.pragma(name, { simple: true })))).toEqual([
      REQUESTS_APPLICATION_ID,
      9,
      2,
      'wal',
      2,
      0,
    ]);
  });

  it('has the schema that schema.requests.sql shows (update it with LATCHKEY_UPDATE_SCHEMA=1)', () => {
    const text = `-- Written by requests-database.test.ts from the migrated database. Do not edit.\n\n${lookAtNewFile(schemaText)}`;
    const file = new URL('./schema.requests.sql', import.meta.url);
    if (process.env['LATCHKEY_UPDATE_SCHEMA'] === '1') writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
