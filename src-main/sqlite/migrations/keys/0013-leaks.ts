/** Leaks: keys that others can read, from the find to the end. What happened to the key itself is told by the key. */
export const sql = `
CREATE TABLE leaks (
  id TEXT PRIMARY KEY,
  -- No reference: an incident outlives its key.
  key_id TEXT NOT NULL,
  key_name TEXT NOT NULL,
  -- NULL: only the public part was seen.
  secret_version INTEGER CHECK (secret_version > 0),
  place TEXT NOT NULL,
  found_at_ms INTEGER NOT NULL,
  found_by TEXT NOT NULL,
  notified_at_ms INTEGER,
  notified_by TEXT,
  replaced_by TEXT,
  closed_at_ms INTEGER,
  closed_by TEXT,
  closed_note TEXT,
  CHECK ((closed_at_ms IS NULL) = (closed_by IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX leaks_by_time ON leaks (found_at_ms DESC, id DESC);

CREATE INDEX leaks_by_key ON leaks (key_id, found_at_ms DESC);
`;
