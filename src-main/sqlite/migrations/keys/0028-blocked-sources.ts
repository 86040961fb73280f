/** Addresses and networks from which no key may be used. */
export const sql = `
CREATE TABLE blocked_sources (
  id TEXT PRIMARY KEY,
  -- In its one canonical writing: 203.0.113.9, 198.51.100.0/24, 2001:db8::/32.
  network TEXT NOT NULL UNIQUE,
  reason TEXT NOT NULL,
  -- The incident that it belongs to.
  leak_id TEXT REFERENCES leaks (id) ON DELETE SET NULL,
  added_at_ms INTEGER NOT NULL,
  added_by TEXT NOT NULL,
  -- From then on it is let in again; NULL = it stays.
  expires_at_ms INTEGER
) STRICT, WITHOUT ROWID;
`;
