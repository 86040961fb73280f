import Database from 'better-sqlite3';

/** What lies in a keys.db that nobody has open. */
export interface StoreFigures {
  readonly auditCount: number;
  readonly keyCount: number;
  readonly schemaVersion: number;
  readonly helpContact: string | null;
}

/** Reads a store, with the log beside it, which SQLite may take up. null when it is not whole: SQLite's check fails, events are missing
 *  in the middle, or keys and their events differ. */
export function storeFigures(file: string): StoreFigures | null {
  try {
    const handle = new Database(file, { fileMustExist: true });
    try {
      if (handle.pragma('integrity_check(1)', { simple: true }) !== 'ok') return null;
      const value = (sql: string): unknown => handle.prepare(sql).pluck().get();
      const count = (sql: string): number => Number(value(sql));
      const auditCount = count('SELECT COUNT(*) FROM audit_events');
      if (count('SELECT MAX(seq) FROM audit_events') !== auditCount) return null;
      const created = count("SELECT COUNT(*) FROM audit_events WHERE action = 'keys.create'");
      const rotated = count("SELECT COUNT(*) FROM audit_events WHERE action = 'keys.rotate'");
      const keyCount = count('SELECT COUNT(*) FROM keys');
      if (keyCount !== created || count('SELECT COUNT(*) FROM secrets') !== created + rotated) return null;
      const contact = value("SELECT value FROM settings WHERE name = 'helpContact'");
      return {
        auditCount,
        keyCount,
        schemaVersion: Number(handle.pragma('user_version', { simple: true })),
        helpContact: typeof contact === 'string' ? (JSON.parse(contact) as string) : null,
      };
    } finally {
      handle.close();
    }
  } catch (error) {
    if (error instanceof Database.SqliteError) return null;
    throw error;
  }
}
