/** First schema of keys.db. Times are ms UTC. Lists and objects are JSON text. Hashes are 32-byte HMAC-SHA-256. */
export const sql = `
CREATE TABLE store (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE partners (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  tier TEXT NOT NULL,
  contact_name TEXT,
  contact_email TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE applications (
  id TEXT PRIMARY KEY,
  partner_id TEXT NOT NULL REFERENCES partners (id),
  name TEXT NOT NULL COLLATE NOCASE,
  slug TEXT NOT NULL UNIQUE,
  contact_email TEXT NOT NULL,
  note TEXT NOT NULL,
  external_id TEXT,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (partner_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE services (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  slug TEXT NOT NULL UNIQUE,
  base_url TEXT,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The current token of a service has no end; a rotated one ends at ends_at_ms.
CREATE TABLE service_tokens (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  pepper_version INTEGER NOT NULL,
  service_id TEXT NOT NULL REFERENCES services (id),
  hint TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  ends_at_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX service_tokens_by_service ON service_tokens (service_id);

CREATE TABLE endpoints (
  id TEXT PRIMARY KEY,
  service_id TEXT NOT NULL REFERENCES services (id),
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  group_name TEXT NOT NULL,
  summary TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('manual', 'openapi')),
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (service_id, method, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE scopes (
  id TEXT PRIMARY KEY,
  service_id TEXT NOT NULL REFERENCES services (id),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  rules TEXT NOT NULL CHECK (json_valid(rules)),
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (service_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE plans (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  rate_limit TEXT CHECK (rate_limit IS NULL OR json_valid(rate_limit)),
  quota TEXT CHECK (quota IS NULL OR json_valid(quota)),
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL REFERENCES applications (id),
  name TEXT NOT NULL COLLATE NOCASE,
  environment TEXT NOT NULL CHECK (environment IN ('live', 'test')),
  rules TEXT NOT NULL CHECK (json_valid(rules)),
  plan_id TEXT REFERENCES plans (id),
  rate_limit TEXT CHECK (rate_limit IS NULL OR json_valid(rate_limit)),
  quota TEXT CHECK (quota IS NULL OR json_valid(quota)),
  expires_at_ms INTEGER,
  no_expiry_reason TEXT,
  ip_allow TEXT NOT NULL CHECK (json_valid(ip_allow)),
  origin_allow TEXT NOT NULL CHECK (json_valid(origin_allow)),
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  meta TEXT NOT NULL CHECK (json_valid(meta)),
  note TEXT NOT NULL,
  external_id TEXT,
  suspended_at_ms INTEGER,
  suspend_reason TEXT,
  suspend_message TEXT,
  revoked_at_ms INTEGER,
  revoke_reason TEXT,
  revoke_note TEXT,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX keys_by_application ON keys (application_id);
CREATE INDEX keys_by_name ON keys (name, id);
CREATE INDEX keys_by_created ON keys (created_at_ms, id);
CREATE INDEX keys_by_expiry ON keys (expires_at_ms, id);

CREATE TABLE key_scopes (
  key_id TEXT NOT NULL REFERENCES keys (id),
  scope_id TEXT NOT NULL REFERENCES scopes (id),
  PRIMARY KEY (key_id, scope_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX key_scopes_by_scope ON key_scopes (scope_id);

-- Numbered versions. The newest is current (ends_at_ms NULL); an older one is retiring until ends_at_ms, ended after it.
CREATE TABLE secrets (
  key_id TEXT NOT NULL REFERENCES keys (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  pepper_version INTEGER NOT NULL,
  last4 TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  ends_at_ms INTEGER,
  PRIMARY KEY (key_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE admin_tokens (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'issuer', 'viewer')),
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  pepper_version INTEGER NOT NULL,
  hint TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER,
  revoked_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_events (
  seq INTEGER PRIMARY KEY CHECK (seq >= 1),
  at_ms INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  action TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  subject_name TEXT NOT NULL,
  before TEXT CHECK (before IS NULL OR json_valid(before)),
  after TEXT CHECK (after IS NULL OR json_valid(after)),
  reason TEXT,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_events_by_subject ON audit_events (subject_kind, subject_id, seq);

-- A command repeated with the same key within 24 h answers with its first reply, in which secrets are null.
-- input_hash (HMAC-SHA-256) tells a repeat from another command under the same key.
CREATE TABLE command_repeats (
  procedure TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  input_hash BLOB NOT NULL CHECK (length(input_hash) = 32),
  reply TEXT NOT NULL CHECK (json_valid(reply)),
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (procedure, actor_id, idempotency_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX command_repeats_by_time ON command_repeats (at_ms);
`;
