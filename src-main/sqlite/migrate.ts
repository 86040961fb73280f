import type { DatabaseHandle } from './open-database.ts';

/** One step from a version to the next: SQL, or a function where rows must be read to be written in another form. */
export type Migration = string | ((handle: DatabaseHandle) => void);

/** Brings a database to the newest schema: all missing migrations in one transaction, forward only.
 *  `migrations[0]` makes version 1. Returns the version before (0 for a new file).
 *  Throws when the file is newer than the program; callers check that first with `schemaVersion`. */
export function migrate(
  handle: DatabaseHandle,
  migrations: readonly Migration[],
  applicationId: number,
): number {
  const before = schemaVersion(handle);
  if (before > migrations.length) {
    throw new Error(
      `Schema ${String(before)} is newer than this program knows (${String(migrations.length)}).`,
    );
  }
  if (before === migrations.length) return before;
  handle
    .transaction(() => {
      for (const migration of migrations.slice(before)) {
        if (typeof migration === 'string') handle.exec(migration);
        else migration(handle);
      }
      handle.pragma(`application_id = ${String(applicationId)}`);
      handle.pragma(`user_version = ${String(migrations.length)}`);
    })
    .immediate();
  return before;
}

/** Number of migrations that a database has had. */
export function schemaVersion(handle: DatabaseHandle): number {
  return Number(handle.pragma('user_version', { simple: true }));
}

/** The schema as readable SQL, in the order it was made. */
export function schemaText(handle: DatabaseHandle): string {
  const rows = handle
    .prepare<[], { sql: string }>(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )
    .all();
  return `${rows.map((row) => `${row.sql};`).join('\n\n')}\n`;
}
