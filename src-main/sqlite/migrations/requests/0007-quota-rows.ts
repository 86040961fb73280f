/** Version 7: what rows say was spent from a quota, beside what its counter says: see requests-limit-queries.ts. */
export const sql = `
-- Cost of the rows of the period, added up. Equal to used, unless rows were lost, the counter is wrong, or the calendar was changed.
ALTER TABLE quota_uses ADD COLUMN row_used INTEGER NOT NULL DEFAULT 0;
-- What was counted before is taken as it is.
UPDATE quota_uses SET row_used = used;
CREATE INDEX quota_uses_drift ON quota_uses (owner_id) WHERE used <> row_used;
`;
