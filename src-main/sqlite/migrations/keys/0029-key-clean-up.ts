/** Keys that nobody uses are told of and suspended, and dead ones are removed. */
export const sql = `
CREATE TABLE idle_warnings (
  key_id TEXT PRIMARY KEY REFERENCES keys (id) ON DELETE CASCADE,
  -- Since then nobody has used the key, as far as is known, and the rule that was counted by.
  quiet_since_ms INTEGER NOT NULL,
  idle_days INTEGER NOT NULL CHECK (idle_days > 0),
  suspends_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a restore must know of keys that are not here any more: a backup may still hold them as good ones.
CREATE TABLE purged_keys (
  id TEXT PRIMARY KEY,
  revoked_at_ms INTEGER NOT NULL,
  revoke_reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX keys_revoked ON keys (revoked_at_ms, id) WHERE revoked_at_ms IS NOT NULL;
`;
