import { DEFAULT_SETTINGS, settings, type Settings } from '#contract/settings.ts';
import type { KeysDatabase } from '#main/sqlite/keys-database.ts';

/** Every setting, defaults filled in. A stored value that this program no longer accepts counts as absent. */
export function readSettings(db: KeysDatabase): Settings {
  const stored: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  for (const row of db.settings.list()) {
    const value: unknown = JSON.parse(row.value);
    if (settings.safeParse({ ...stored, [row.name]: value }).success) stored[row.name] = value;
  }
  return settings.parse(stored);
}
