/** Version 8: keys that did far more than they usually do; see find-spikes.ts. */
export const sql = `
CREATE TABLE key_spikes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key_id TEXT NOT NULL,
  -- As it was called then.
  key_name TEXT NOT NULL,
  environment TEXT NOT NULL CHECK (environment IN ('live', 'test')),
  -- End of the ten minutes in which it was seen first, and last.
  at_ms INTEGER NOT NULL,
  last_at_ms INTEGER NOT NULL,
  -- Most in ten minutes of the spike.
  requests INTEGER NOT NULL,
  -- Of ten minutes in the week before: the median, and the most.
  usual INTEGER NOT NULL,
  most INTEGER NOT NULL
) STRICT;
CREATE INDEX key_spikes_by_key ON key_spikes (key_id, last_at_ms);
`;
