/** How a rotation ends by itself, trial refusals of its old secret, and the rhythm in which a key is to be rotated. */
export const sql = `
-- Of the old secret of a rotation; NULL for all others. It ends when nobody used it for idle_end_ms, but not before.
ALTER TABLE secrets ADD COLUMN idle_end_ms INTEGER CHECK (idle_end_ms > 0);
ALTER TABLE secrets ADD COLUMN idle_not_before_ms INTEGER;
-- From this moment on it is refused for brownout_length_ms once every brownout_every_ms.
ALTER TABLE secrets ADD COLUMN brownout_from_ms INTEGER;
ALTER TABLE secrets ADD COLUMN brownout_every_ms INTEGER CHECK (brownout_every_ms > 0);
ALTER TABLE secrets ADD COLUMN brownout_length_ms INTEGER CHECK (brownout_length_ms > 0);
-- The few that the timer looks at, among perhaps a million.
CREATE INDEX secrets_idle_end ON secrets (ends_at_ms) WHERE idle_end_ms IS NOT NULL;

-- A reminder: a new secret is never made unseen. NULL = none.
ALTER TABLE keys ADD COLUMN rotate_every_ms INTEGER CHECK (rotate_every_ms > 0);
CREATE INDEX keys_rotate_every ON keys (rotate_every_ms) WHERE rotate_every_ms IS NOT NULL;
`;
