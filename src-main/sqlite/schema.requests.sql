-- Written by requests-database.test.ts from the migrated database. Do not edit.

CREATE TABLE services (
  id INTEGER PRIMARY KEY,
  service_id TEXT NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (service_id, name)
) STRICT;

CREATE TABLE texts (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE,
  -- Day (ms / 86,400,000) of the newest row that may use it; older than the oldest row = removable.
  last_day INTEGER NOT NULL
) STRICT;

CREATE TABLE quota_uses (
  owner_id TEXT NOT NULL,
  period TEXT NOT NULL CHECK (period IN ('day', 'month')),
  period_start_ms INTEGER NOT NULL,
  used INTEGER NOT NULL, at_ms INTEGER NOT NULL DEFAULT 0, previous_used INTEGER NOT NULL DEFAULT 0, previous_at_ms INTEGER NOT NULL DEFAULT 0, row_used INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (owner_id, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE service_uses (
  service_id TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lost_rows (
  reason TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  last_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE quota_notices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  owner_kind TEXT NOT NULL CHECK (owner_kind IN ('key', 'application', 'partner')),
  owner_id TEXT NOT NULL,
  -- As it was called then.
  owner_name TEXT NOT NULL,
  -- The key whose request reached it.
  key_id TEXT NOT NULL,
  threshold INTEGER NOT NULL,
  used INTEGER NOT NULL,
  quota_limit INTEGER NOT NULL,
  period TEXT NOT NULL CHECK (period IN ('day', 'month')),
  period_start_ms INTEGER NOT NULL,
  UNIQUE (owner_id, period, period_start_ms, threshold)
) STRICT;

CREATE TABLE window_uses (
  leaves_at_ms INTEGER NOT NULL,
  window_id TEXT NOT NULL,
  window_ms INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  PRIMARY KEY (leaves_at_ms, window_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE request_days (
  day INTEGER PRIMARY KEY,
  row_count INTEGER NOT NULL
) STRICT;

CREATE TABLE rollups_minute (
  -- Group * 2^32 + principal.
  id INTEGER PRIMARY KEY,
  total INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  -- See rollup-cells.ts.
  cells BLOB NOT NULL
) STRICT;

CREATE TABLE rollups_hour (
  -- Group * 2^32 + principal.
  id INTEGER PRIMARY KEY,
  total INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  -- See rollup-cells.ts.
  cells BLOB NOT NULL
) STRICT;

CREATE TABLE rollups_day (
  -- Group * 2^32 + principal.
  id INTEGER PRIMARY KEY,
  total INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  -- See rollup-cells.ts.
  cells BLOB NOT NULL
) STRICT;

CREATE TABLE "principals" (
  id INTEGER PRIMARY KEY CHECK (id >= 16),
  key_id TEXT NOT NULL,
  -- 0 = not told (a request verified elsewhere).
  secret_version INTEGER NOT NULL,
  key_name TEXT NOT NULL,
  environment TEXT NOT NULL CHECK (environment IN ('live', 'test')),
  application_id TEXT NOT NULL,
  application TEXT NOT NULL,
  partner_id TEXT NOT NULL,
  partner TEXT NOT NULL
) STRICT;

CREATE TABLE principals_of_key (
  key_id TEXT NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (key_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE principals_of_application (
  application_id TEXT NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (application_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE principals_of_partner (
  partner_id TEXT NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (partner_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE principal_uses (
  principal_id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE habit_days (
  day INTEGER PRIMARY KEY,
  -- JSON array: what the numbers in habits stand for.
  texts TEXT NOT NULL
) STRICT;

CREATE TABLE habits (
  -- Day * 2^32 + principal.
  id INTEGER PRIMARY KEY,
  -- See habit-days.ts.
  uses BLOB NOT NULL
) STRICT;

CREATE INDEX quota_uses_drift ON quota_uses (owner_id) WHERE used <> row_used;

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

CREATE INDEX window_uses_by_window ON window_uses (window_id);
