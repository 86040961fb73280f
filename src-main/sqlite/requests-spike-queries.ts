import type { KeySpike } from '#contract/spikes.ts';
import type { DatabaseHandle } from './open-database.ts';

/** A spike as the log knows it. */
export type SpikeRow = Pick<
  KeySpike,
  'keyId' | 'keyName' | 'environment' | 'at' | 'lastAt' | 'requests' | 'usual' | 'most'
>;

type NewSpike = Omit<SpikeRow, 'lastAt'>;

// A spike that goes on, or came back; index key_spikes_by_key.
const GO_ON = `
  UPDATE key_spikes
  SET last_at_ms = @at, requests = MAX(requests, @requests)
  WHERE id = (SELECT MAX(s.id) FROM key_spikes s WHERE s.key_id = @keyId AND s.last_at_ms >= @sinceMs)`;

// A new one.
const ADD = `
  INSERT INTO key_spikes (key_id, key_name, environment, at_ms, last_at_ms, requests, usual, most)
  VALUES (@keyId, @keyName, @environment, @at, @at, @requests, @usual, @most)`;

// After one was saved; primary key.
const DROP_OLD = `
  DELETE FROM key_spikes
  WHERE id <= (SELECT MAX(s.id) FROM key_spikes s) - @keep`;

// usage.spikes and looks for notices; primary key, backwards: some hundred rows at most.
const LIST = `
  SELECT key_id AS keyId, key_name AS keyName, environment, at_ms AS at, last_at_ms AS lastAt, requests, usual, most
  FROM key_spikes
  WHERE last_at_ms >= @fromMs
  ORDER BY id DESC
  LIMIT @max`;

/** Prepares the statements on spikes of keys. */
export function createRequestsSpikeQueries(handle: DatabaseHandle) {
  const goOn = handle.prepare<NewSpike & { sinceMs: number }>(GO_ON);
  const add = handle.prepare<NewSpike>(ADD);
  const dropOld = handle.prepare<{ keep: number }>(DROP_OLD);
  const list = handle.prepare<{ fromMs: number; max: number }, SpikeRow>(LIST);
  return {
    /** Adds a spike, or makes it a part of the key's last one when that was seen within `coolDownMs` before. */
    save: (spike: NewSpike, coolDownMs: number): void => {
      if (goOn.run({ ...spike, sinceMs: spike.at - coolDownMs }).changes === 0) add.run(spike);
    },
    /** Keeps the newest. */
    keep: (keep: number): void => void dropOld.run({ keep }),
    /** Those that were seen from a moment on, ms UTC; newest first. */
    list: (fromMs: number, max: number): readonly SpikeRow[] => list.all({ fromMs, max }),
  };
}
