/** A key can pass for a while longer after its expiry, with a warning in each answer. */
export const sql = `
-- NULL = none: it is refused from its expiry on.
ALTER TABLE keys ADD COLUMN expiry_grace_ms INTEGER CHECK (expiry_grace_ms BETWEEN 1 AND 30 * 86400000);
-- From here on it is refused as expired; worked out by the store, so that every question asks the same.
ALTER TABLE keys ADD COLUMN ends_at_ms INTEGER GENERATED ALWAYS AS (expires_at_ms + COALESCE(expiry_grace_ms, 0)) VIRTUAL;
-- The few that notices look at, among perhaps a million.
CREATE INDEX keys_with_grace ON keys (expires_at_ms, id) WHERE expiry_grace_ms IS NOT NULL;

UPDATE templates SET policy = json_set(policy, '$.expiryGraceMs', NULL);
`;
