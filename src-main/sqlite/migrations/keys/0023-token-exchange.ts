/** Keys are exchanged for signed tokens of a service. */
export const sql = `
CREATE TABLE token_exchanges (
  service_id TEXT PRIMARY KEY REFERENCES services (id) ON DELETE CASCADE,
  is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
  life_ms INTEGER NOT NULL CHECK (life_ms > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY,
  -- The public part as it is published.
  public_key TEXT NOT NULL CHECK (json_valid(public_key)),
  -- The private part, encrypted.
  sealed BLOB NOT NULL,
  -- It signs from here until a later one starts …
  starts_at_ms INTEGER NOT NULL,
  -- … and is published until the last token that it signed has ended; NULL: nothing has replaced it.
  ends_at_ms INTEGER
) STRICT, WITHOUT ROWID;
`;
