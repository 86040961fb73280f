-- Written by requests-database.test.ts from the migrated database. Do not edit.

CREATE TABLE principals (
  id INTEGER PRIMARY KEY CHECK (id >= 16),
  key_id TEXT NOT NULL,
  -- 0 = not told (a request verified elsewhere).
  secret_version INTEGER NOT NULL,
  key_name TEXT NOT NULL,
  environment TEXT NOT NULL CHECK (environment IN ('live', 'test')),
  application_id TEXT NOT NULL,
  application TEXT NOT NULL,
  partner_id TEXT NOT NULL,
  partner TEXT NOT NULL,
  UNIQUE (key_id, secret_version, key_name, environment, application_id, application, partner_id, partner)
) STRICT;

CREATE INDEX principals_by_application ON principals (application_id);

CREATE INDEX principals_by_partner ON principals (partner_id);

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

CREATE TABLE requests (
  id INTEGER PRIMARY KEY,
  request_id TEXT NOT NULL,
  principal_id INTEGER NOT NULL,
  service_id INTEGER NOT NULL,
  code INTEGER NOT NULL,
  -- 0 = verified here, 1 = only reported.
  source INTEGER NOT NULL,
  latency_us INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  method_id INTEGER,
  user_agent_id INTEGER,
  rule_id INTEGER,
  detail_id INTEGER,
  -- JSON array of strings.
  tags_id INTEGER,
  response_status INTEGER,
  duration_us INTEGER,
  response_bytes INTEGER,
  error_code_id INTEGER,
  client_ip TEXT,
  path TEXT
) STRICT;

CREATE INDEX requests_by_request_id ON requests (request_id);

CREATE TABLE rollups_minute (
  principal_id INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  service_id INTEGER NOT NULL,
  code INTEGER NOT NULL,
  total INTEGER NOT NULL,
  status_1xx INTEGER NOT NULL,
  status_2xx INTEGER NOT NULL,
  status_3xx INTEGER NOT NULL,
  status_4xx INTEGER NOT NULL,
  status_5xx INTEGER NOT NULL,
  status_429 INTEGER NOT NULL,
  latency_bins BLOB NOT NULL,
  duration_bins BLOB NOT NULL,
  PRIMARY KEY (principal_id, bucket, service_id, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollups_hour (
  principal_id INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  service_id INTEGER NOT NULL,
  code INTEGER NOT NULL,
  total INTEGER NOT NULL,
  status_1xx INTEGER NOT NULL,
  status_2xx INTEGER NOT NULL,
  status_3xx INTEGER NOT NULL,
  status_4xx INTEGER NOT NULL,
  status_5xx INTEGER NOT NULL,
  status_429 INTEGER NOT NULL,
  latency_bins BLOB NOT NULL,
  duration_bins BLOB NOT NULL,
  PRIMARY KEY (principal_id, bucket, service_id, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollups_day (
  principal_id INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  service_id INTEGER NOT NULL,
  code INTEGER NOT NULL,
  total INTEGER NOT NULL,
  status_1xx INTEGER NOT NULL,
  status_2xx INTEGER NOT NULL,
  status_3xx INTEGER NOT NULL,
  status_4xx INTEGER NOT NULL,
  status_5xx INTEGER NOT NULL,
  status_429 INTEGER NOT NULL,
  latency_bins BLOB NOT NULL,
  duration_bins BLOB NOT NULL,
  PRIMARY KEY (principal_id, bucket, service_id, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE quota_uses (
  key_id TEXT NOT NULL,
  period TEXT NOT NULL CHECK (period IN ('day', 'month')),
  period_start_ms INTEGER NOT NULL,
  used INTEGER NOT NULL,
  PRIMARY KEY (key_id, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_uses (
  key_id TEXT NOT NULL,
  secret_version INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (key_id, secret_version)
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
