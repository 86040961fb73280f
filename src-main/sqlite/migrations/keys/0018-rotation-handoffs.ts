/** Rotations that hand the new secret to the contact by themselves. */
export const sql = `
CREATE TABLE rotation_consents (
  -- A key, or a template whose keys follow it.
  owner_id TEXT PRIMARY KEY,
  is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
  overlap_ms INTEGER NOT NULL CHECK (overlap_ms >= 0),
  link_ms INTEGER NOT NULL CHECK (link_ms > 0),
  tries_max INTEGER NOT NULL CHECK (tries_max >= 1),
  consented_by TEXT NOT NULL,
  consented_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One rotation of a key that goes on by itself, until the new secret is used.
CREATE TABLE rotation_runs (
  key_id TEXT PRIMARY KEY REFERENCES keys (id),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'again', 'given_up')),
  -- The secret that is to be replaced.
  base_version INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  handoff_id TEXT REFERENCES handoffs (id),
  next_at_ms INTEGER,
  is_reminded INTEGER NOT NULL CHECK (is_reminded IN (0, 1)),
  problem TEXT
) STRICT, WITHOUT ROWID;

-- The words of a link that nobody made by hand, encrypted, until somebody takes them to pass them on.
CREATE TABLE handoff_codes (
  handoff_id TEXT PRIMARY KEY REFERENCES handoffs (id),
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
`;
