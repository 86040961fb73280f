/** Saved views: named states of a list. */
export const sql = `
CREATE TABLE saved_views (
  id TEXT PRIMARY KEY,
  screen TEXT NOT NULL CHECK (screen IN ('keys', 'requests')),
  name TEXT NOT NULL COLLATE NOCASE,
  -- Search part of an address; it never holds the text of a key.
  search TEXT NOT NULL,
  columns TEXT CHECK (columns IS NULL OR json_valid(columns)),
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (screen, name)
) STRICT, WITHOUT ROWID;
`;
