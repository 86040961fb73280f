import { DEFAULT_SETTINGS, settings, type Settings } from '#contract/settings.ts';
import type { KeysDatabase } from '#main/sqlite/keys-database.ts';

/** Every setting, defaults filled in. A stored value that this program no longer accepts counts as absent. */
export function readSettings(db: KeysDatabase): Settings {
  const stored: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  for (const row of db.settings.list()) {
    const candidate = { ...stored, [row.name]: JSON.parse(row.value) as unknown };
    if (settings.safeParse(candidate).success) stored[row.name] = candidate[row.name];
  }
  return settings.parse(stored);
}
