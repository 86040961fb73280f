import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { verifyAudit } from './audit/verify-audit.ts';
import { KEYS_MIGRATIONS } from './sqlite/keys-database.ts';
import { newDataPath, renameSetting, startTestStore, type TestStore } from './wire-store.test-support.ts';

// The next schema is played here, by a migration that only this file's process knows.
const NEXT = 'ALTER TABLE plans ADD COLUMN extra TEXT;';
const known = KEYS_MIGRATIONS as string[];
const TODAY = known.length;

let path: string;
let older: TestStore;
beforeEach(async () => {
  path = newDataPath();
  older = await startTestStore(path);
  renameSetting(older, 'old@example.com');
});
afterEach(() => {
  const at = known.indexOf(NEXT);
  if (at >= 0) known.splice(at, 1);
});

const versionOf = (file: string) => {
  const handle = new Database(file, { readonly: true });
  try {
    return [
      handle.pragma('user_version', { simple: true }),
      handle.prepare("SELECT value FROM settings WHERE name = 'helpContact'").pluck().get(),
    ];
  } finally {
    handle.close();
  }
};

it('a newer program keeps a whole copy of the store before it changes the schema, once', async () => {
  const { directory } = older;
  older.stop();
  known.push(NEXT);
  const newer = await startTestStore(path);
  expect(newer.wired.store.db.handle.pragma('user_version', { simple: true })).toBe(known.length);
  renameSetting(newer, 'new@example.com');
  expect(verifyAudit(newer.owner(), newer.wired.anchor.anchor).ok).toBe(true);
  newer.stop();
  (await startTestStore(path)).stop();
  const copies = readdirSync(directory.movedAside);
  expect(copies).toEqual([
    expect.stringMatching(new RegExp(`^before-schema-${String(TODAY + 1)}-\\d+\\.db$`)),
  ]);
  expect(versionOf(join(directory.movedAside, copies[0] ?? ''))).toEqual([TODAY, '"old@example.com"']);
  expect(versionOf(directory.keysDatabase)).toEqual([TODAY + 1, '"new@example.com"']);
});

it('a backup of the former schema is restored into a store of today, and the backup stays as it was', async () => {
  const backup = await (await older.wired.backups()).create(older.owner());
  const { directory } = older;
  older.stop();
  known.push(NEXT);
  const newer = await startTestStore(path);
  renameSetting(newer, 'new@example.com');
  const answer = await (
    await newer.wired.backups()
  ).restore(newer.owner(), { backupId: backup.id, dryRun: false });
  expect(answer.restored).toBe(true);
  const { db } = newer.wired.store;
  expect(db.handle.pragma('user_version', { simple: true })).toBe(TODAY + 1);
  expect(db.settings.list()).toContainEqual({ name: 'helpContact', value: '"old@example.com"' });
  expect(verifyAudit(newer.owner(), newer.wired.anchor.anchor).ok).toBe(true);
  newer.stop();
  (await startTestStore(path)).stop();
  expect(versionOf(join(directory.backups, `${backup.id}.db`))).toEqual([TODAY, '"old@example.com"']);
});

it('the older program refuses the newer store', async () => {
  older.stop();
  known.push(NEXT);
  (await startTestStore(path)).stop();
  known.pop();
  await expect(startTestStore(path)).rejects.toMatchObject({ exitCode: 4 });
});
