/** An applicant can be asked back, and a request that says the same as another one points to it. */
export const sql = `
CREATE TABLE access_requests_with_questions (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  -- Keyed hashes: of the token in the address of the applicant's own page, and of the form that was sent, so that a form that
  -- is sent twice is one request. Neither text is kept.
  status_hash BLOB NOT NULL UNIQUE,
  form_hash BLOB NOT NULL UNIQUE,
  -- asked: it waits for the applicant. merged: another request says the same.
  state TEXT NOT NULL CHECK (state IN ('open', 'asked', 'approved', 'rejected', 'merged')),
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
  -- JSON: a list of wanted endpoints, and a short hash of it; NULL in requests from before it.
  endpoints TEXT NOT NULL,
  endpoints_hash TEXT,
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
  granted_key_id TEXT,
  -- Keyed hash of the token in the link that brought the newest question to the contact: it leads to the same page.
  question_hash BLOB UNIQUE,
  -- No reference: the other one may be forgotten first.
  merged_into TEXT,
  CHECK ((state = 'merged') = (merged_into IS NOT NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO access_requests_with_questions (
  id, reference, status_hash, form_hash, state, created_at_ms, application, team, contact_email, purpose, repository, environment,
  requests_per_day, key_id, endpoints, endpoints_hash, terms_version, address, contact_confirmed_at_ms, contact_code_hash, contact_tries,
  decided_at_ms, decided_by, is_automatic, answer, granted_key_id
)
SELECT
  id, reference, status_hash, form_hash, state, created_at_ms, application, team, contact_email, purpose, repository, environment,
  requests_per_day, key_id, endpoints, endpoints_hash, terms_version, address, contact_confirmed_at_ms, contact_code_hash, contact_tries,
  decided_at_ms, decided_by, is_automatic, answer, granted_key_id
FROM access_requests;

DROP TABLE access_requests;

ALTER TABLE access_requests_with_questions RENAME TO access_requests;

CREATE INDEX access_requests_by_time ON access_requests (created_at_ms DESC, id DESC);

CREATE INDEX access_requests_undecided ON access_requests (state) WHERE state IN ('open', 'asked');

CREATE INDEX access_requests_by_application ON access_requests (lower(application));

CREATE INDEX access_requests_by_contact ON access_requests (lower(contact_email));

CREATE INDEX access_requests_by_endpoints ON access_requests (endpoints_hash);

CREATE INDEX access_requests_merged ON access_requests (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE access_messages (
  request_id TEXT NOT NULL REFERENCES access_requests (id) ON DELETE CASCADE,
  place INTEGER NOT NULL CHECK (place >= 0),
  -- Who asked; NULL: the applicant answers.
  author TEXT,
  text TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (request_id, place)
) STRICT, WITHOUT ROWID;
`;
