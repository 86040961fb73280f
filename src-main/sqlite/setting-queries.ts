import type { DatabaseHandle } from './open-database.ts';

/** One stored setting; `value` is JSON text. */
export interface StoredSetting {
  readonly name: string;
  readonly value: string;
}

// settings.get and start-up; a scan of at most a few dozen rows.
const LIST = `SELECT name, value FROM settings ORDER BY name`;

// settings.update; primary key.
const PUT = `
  INSERT INTO settings (name, value)
  VALUES (@name, @value)
  ON CONFLICT (name) DO UPDATE
  SET value = excluded.value`;

/** Prepares the statements on settings. A missing row means the default. */
export function createSettingQueries(handle: DatabaseHandle) {
  const list = handle.prepare<[], StoredSetting>(LIST);
  const put = handle.prepare<StoredSetting>(PUT);
  return {
    list: (): readonly StoredSetting[] => list.all(),
    put: (name: string, value: string): void => void put.run({ name, value }),
  };
}
