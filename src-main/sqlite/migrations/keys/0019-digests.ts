/** Weekly mails to partners about the use of their keys. */
export const sql = `
CREATE TABLE partner_digests (
  partner_id TEXT PRIMARY KEY REFERENCES partners (id) ON DELETE CASCADE,
  -- 1 = Monday to 7 = Sunday, and the hour, by the clock on the wall of time_zone.
  weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  hour INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
  time_zone TEXT NOT NULL,
  next_at_ms INTEGER NOT NULL,
  last_sent_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX partner_digests_by_next ON partner_digests (next_at_ms);
`;
