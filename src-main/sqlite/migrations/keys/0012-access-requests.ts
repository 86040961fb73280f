/** Requests of strangers for a key, the terms they accept, and how asking is set up. */
export const sql = `
CREATE TABLE access_requests (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  -- Keyed hashes: of the token in the address of the applicant's own page, and of the form that was sent, so that a form that
  -- is sent twice is one request. Neither text is kept.
  status_hash BLOB NOT NULL UNIQUE,
  form_hash BLOB NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'rejected')),
  created_at_ms INTEGER NOT NULL,
  application TEXT NOT NULL,
  team TEXT NOT NULL,
  contact_email TEXT NOT NULL,
  purpose TEXT NOT NULL,
  repository TEXT NOT NULL,
  environment TEXT NOT NULL CHECK (environment IN ('live', 'test')),
  requests_per_day INTEGER NOT NULL,
  -- The key that wants more; as the applicant typed it, so it may be none.
  key_id TEXT,
  -- JSON: a list of wanted endpoints.
  endpoints TEXT NOT NULL,
  terms_version INTEGER,
  address TEXT,
  contact_confirmed_at_ms INTEGER,
  -- Keyed hash of the code that the contact was told.
  contact_code_hash BLOB,
  contact_tries INTEGER NOT NULL,
  decided_at_ms INTEGER,
  decided_by TEXT,
  is_automatic INTEGER NOT NULL CHECK (is_automatic IN (0, 1)),
  answer TEXT NOT NULL,
  granted_key_id TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX access_requests_by_time ON access_requests (created_at_ms DESC, id DESC);

CREATE INDEX access_requests_open ON access_requests (state) WHERE state = 'open';

CREATE TABLE access_terms (
  version INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;
`;
