/** Imported keys are recognised when they are imported again, in whatever form. */
export const sql = `
-- Of imported secrets: HMAC-SHA-256 of the SHA-256 of the text. It stays the same when the first use replaces a bare SHA-256, and
-- can be told from the text as well as from its SHA-256. NULL for secrets of our own.
ALTER TABLE secrets ADD COLUMN origin_hash BLOB CHECK (origin_hash IS NULL OR length(origin_hash) = 32);
CREATE UNIQUE INDEX secrets_origin_hash ON secrets (origin_hash) WHERE origin_hash IS NOT NULL;
`;
