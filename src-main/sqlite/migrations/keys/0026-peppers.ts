/** Peppers that rotations made, and those that were dropped. */
export const sql = `
CREATE TABLE peppers (
  -- 1 is made of the master secret; it is here only when it was dropped.
  version INTEGER PRIMARY KEY CHECK (version >= 1),
  -- Tells the pepper from another one; of the first the master secret's own does.
  fingerprint TEXT,
  made_at_ms INTEGER NOT NULL,
  -- From then on what is kept under it is not found. NULL = accepted.
  dropped_at_ms INTEGER
) STRICT;
`;
