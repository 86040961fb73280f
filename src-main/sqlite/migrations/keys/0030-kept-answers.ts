/** A service can be allowed to keep an answer for a few seconds, apart for live and for test keys; 0 = not at all. */
export const sql = `
ALTER TABLE services ADD COLUMN keep_live_seconds INTEGER NOT NULL DEFAULT 0 CHECK (keep_live_seconds BETWEEN 0 AND 60);
ALTER TABLE services ADD COLUMN keep_test_seconds INTEGER NOT NULL DEFAULT 0 CHECK (keep_test_seconds BETWEEN 0 AND 60);
`;
