/** Bindings to user agents, services and hours; ceilings of services; keys that come from another system. */
export const sql = `
ALTER TABLE keys ADD COLUMN user_agent_allow TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(user_agent_allow));
ALTER TABLE keys ADD COLUMN service_allow TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(service_allow));
ALTER TABLE keys ADD COLUMN time_allow TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(time_allow));
ALTER TABLE keys ADD COLUMN binding_mode TEXT NOT NULL DEFAULT 'enforce' CHECK (binding_mode IN ('enforce', 'observe'));

-- Verifications a second that a service may ask for; NULL = no ceiling of its own.
ALTER TABLE services ADD COLUMN verify_per_second_max INTEGER;

-- 1 = the text was made elsewhere and imported. pepper_version 0 = hash is a bare SHA-256, until the first use makes it an
-- HMAC-SHA-256 like the others.
ALTER TABLE secrets ADD COLUMN is_imported INTEGER NOT NULL DEFAULT 0 CHECK (is_imported IN (0, 1));

-- What imported key texts look like, so that other texts are refused without a look-up. Never part of a secret but a prefix that
-- many keys share. hash_kind says how secrets of this shape may be stored.
CREATE TABLE key_shapes (
  prefix TEXT NOT NULL,
  length_min INTEGER NOT NULL,
  length_max INTEGER NOT NULL,
  alphabet TEXT NOT NULL,
  hash_kind TEXT NOT NULL CHECK (hash_kind IN ('hmac', 'sha256')),
  PRIMARY KEY (prefix, length_min, length_max, alphabet, hash_kind)
) STRICT, WITHOUT ROWID;
`;
