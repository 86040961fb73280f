/** Somebody can say that those who use a key are one party. */
export const sql = `
CREATE TABLE sharing_dismissals (
  key_id TEXT PRIMARY KEY REFERENCES keys (id) ON DELETE CASCADE,
  -- JSON: the evidence then. Other evidence is shown again.
  mark TEXT NOT NULL CHECK (json_valid(mark)),
  reason TEXT NOT NULL,
  dismissed_by TEXT NOT NULL,
  dismissed_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
