/** requests.db, version 2: quotas of applications and partners, notices of them, and rate limit windows that outlive a restart. */
export const sql = `
-- The newest calendar period of each quota. owner_id = a key id, app_… or par_…
ALTER TABLE quota_uses RENAME COLUMN key_id TO owner_id;
-- Last decision that is counted in it.
ALTER TABLE quota_uses ADD COLUMN at_ms INTEGER NOT NULL DEFAULT 0;
-- The period before: a change of the quota's calendar may put it into the running one.
ALTER TABLE quota_uses ADD COLUMN previous_used INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quota_uses ADD COLUMN previous_at_ms INTEGER NOT NULL DEFAULT 0;
UPDATE quota_uses SET at_ms = period_start_ms;

-- Shares of a quota (50, 80, 95, 100 per cent) that were reached, once a period.
CREATE TABLE quota_notices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  owner_kind TEXT NOT NULL CHECK (owner_kind IN ('key', 'application', 'partner')),
  owner_id TEXT NOT NULL,
  -- As it was called then.
  owner_name TEXT NOT NULL,
  -- The key whose request reached it.
  key_id TEXT NOT NULL,
  threshold INTEGER NOT NULL,
  used INTEGER NOT NULL,
  quota_limit INTEGER NOT NULL,
  period TEXT NOT NULL CHECK (period IN ('day', 'month')),
  period_start_ms INTEGER NOT NULL,
  UNIQUE (owner_id, period, period_start_ms, threshold)
) STRICT;

-- Admitted cost of rate limit windows of a minute and longer, in steps of a sixtieth of the window. leaves_at_ms = when the last
-- of the step leaves the window. First in the key: what has left is removed from the front.
CREATE TABLE window_uses (
  leaves_at_ms INTEGER NOT NULL,
  window_id TEXT NOT NULL,
  window_ms INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  PRIMARY KEY (leaves_at_ms, window_id)
) STRICT, WITHOUT ROWID;
`;
