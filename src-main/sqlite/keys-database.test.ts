import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KEYS_APPLICATION_ID } from './open-database.ts';
import { KEYS_MIGRATIONS, openKeysDatabase } from './keys-database.ts';
import { migrate, schemaText, schemaVersion } from './migrate.ts';

describe('keys.db', () => {
  it('has the settings that keep it whole, private and ours', () => {
    const db = openKeysDatabase(':memory:');
    const pragma = (name: string) => db.handle.pragma(name, { simple: true });
    expect({
      foreignKeys: pragma('foreign_keys'),
      trustedSchema: pragma('trusted_schema'),
      secureDelete: pragma('secure_delete'),
      cellSizeCheck: pragma('cell_size_check'),
      tempStore: pragma('temp_store'),
      synchronous: pragma('synchronous'),
      lockingMode: pragma('locking_mode'),
      applicationId: pragma('application_id'),
      version: pragma('user_version'),
    }).toEqual({
      foreignKeys: 1,
      trustedSchema: 0,
      secureDelete: 1,
      cellSizeCheck: 1,
      tempStore: 2,
      synchronous: 2,
      lockingMode: 'exclusive',
      applicationId: KEYS_APPLICATION_ID,
      version: KEYS_MIGRATIONS.length,
    });
    db.close();
  });

  it('has the schema that schema.keys.sql shows (update it with LATCHKEY_UPDATE_SCHEMA=1)', () => {
    const db = openKeysDatabase(':memory:');
    const file = new URL('./schema.keys.sql', import.meta.url);
    const text = `-- Written by keys-database.test.ts from the migrated database. Do not edit.\n\n${schemaText(db.handle)}`;
    db.close();
    if (process.env['LATCHKEY_UPDATE_SCHEMA'] === '1') writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('applies only the migrations that are missing, all or none', () => {
    const db = openKeysDatabase(':memory:');
    const next = [...KEYS_MIGRATIONS, 'CREATE TABLE extra (a INTEGER) STRICT;'];
    expect(() =>
      migrate(db.handle, [...next, 'CREATE TABLE extra (a INTEGER) STRICT;'], KEYS_APPLICATION_ID),
    ).toThrow();
    expect(schemaVersion(db.handle)).toBe(KEYS_MIGRATIONS.length);
    expect(schemaText(db.handle)).not.toContain('extra');
    expect(migrate(db.handle, next, KEYS_APPLICATION_ID)).toBe(KEYS_MIGRATIONS.length);
    expect(schemaText(db.handle)).toContain('extra');
    expect(migrate(db.handle, next, KEYS_APPLICATION_ID)).toBe(next.length);
    expect(() => migrate(db.handle, KEYS_MIGRATIONS, KEYS_APPLICATION_ID)).toThrow(/newer/);
    db.close();
  });
});
