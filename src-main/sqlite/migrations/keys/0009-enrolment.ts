/** Enrolment: tokens with which builds, devices and developers fetch short-lived child keys of a parent key. */
export const sql = `
ALTER TABLE keys ADD COLUMN parent_id TEXT REFERENCES keys (id);

-- Of a child, beside the limits that it shares with its parent.
ALTER TABLE keys ADD COLUMN child_rate_limit TEXT CHECK (child_rate_limit IS NULL OR json_valid(child_rate_limit));

-- What came with the parent goes with it again; what was done to the child itself stays.
ALTER TABLE keys ADD COLUMN is_suspended_with_parent INTEGER NOT NULL DEFAULT 0
  CHECK (is_suspended_with_parent IN (0, 1));

ALTER TABLE keys ADD COLUMN is_revoked_with_parent INTEGER NOT NULL DEFAULT 0
  CHECK (is_revoked_with_parent IN (0, 1));

CREATE INDEX keys_by_parent ON keys (parent_id, id) WHERE parent_id IS NOT NULL;

-- Scopes of its parent that a child does not hold: what they deny is denied to the child all the same.
CREATE TABLE key_denials (
  key_id TEXT NOT NULL REFERENCES keys (id),
  scope_id TEXT NOT NULL REFERENCES scopes (id),
  PRIMARY KEY (key_id, scope_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX key_denials_by_scope ON key_denials (scope_id);

CREATE TABLE enrolment_tokens (
  id TEXT PRIMARY KEY,
  parent_id TEXT NOT NULL REFERENCES keys (id),
  name TEXT NOT NULL COLLATE NOCASE,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  pepper_version INTEGER NOT NULL,
  hint TEXT NOT NULL,
  -- What its children may hold of the parent's: ids of scopes, and the rules of the parent's own.
  scope_ids TEXT NOT NULL CHECK (json_valid(scope_ids)),
  has_own_rules INTEGER NOT NULL CHECK (has_own_rules IN (0, 1)),
  rate_limit TEXT CHECK (rate_limit IS NULL OR json_valid(rate_limit)),
  child_life_ms_max INTEGER NOT NULL CHECK (child_life_ms_max > 0),
  children_max INTEGER NOT NULL CHECK (children_max > 0),
  minted_count INTEGER NOT NULL,
  last_used_at_ms INTEGER,
  expires_at_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX enrolment_tokens_by_parent ON enrolment_tokens (parent_id, created_at_ms);

-- One row a child. It stays when the key is removed, so that figures of the request log keep their version and commit.
CREATE TABLE enrolments (
  key_id TEXT PRIMARY KEY,
  parent_id TEXT NOT NULL,
  token_id TEXT NOT NULL,
  -- The caller's own; NULL when it sent none.
  request_id TEXT,
  name TEXT NOT NULL,
  version TEXT,
  commit_hash TEXT,
  build TEXT,
  device TEXT,
  developer TEXT,
  scope_ids TEXT NOT NULL CHECK (json_valid(scope_ids)),
  has_own_rules INTEGER NOT NULL CHECK (has_own_rules IN (0, 1)),
  -- Of the child itself; its key ends earlier when the parent does.
  ends_at_ms INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  removed_at_ms INTEGER,
  UNIQUE (token_id, request_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX enrolments_by_parent ON enrolments (parent_id, created_at_ms DESC, key_id);

CREATE INDEX enrolments_to_remove ON enrolments (ends_at_ms) WHERE removed_at_ms IS NULL;
`;
