/** Version 4: a principal costs one row at the end of a table when its first request is written. What finds it by its key or owner is
 *  written later, many at a time and in order: requests-principal-queries.ts. Last uses are of principals, too: by key they went to
 *  another page each. */
export const sql = `
CREATE TABLE principals_next (
  id INTEGER PRIMARY KEY CHECK (id >= 16),
  key_id TEXT NOT NULL,
  -- 0 = not told (a request verified elsewhere).
  secret_version INTEGER NOT NULL,
  key_name TEXT NOT NULL,
  environment TEXT NOT NULL CHECK (environment IN ('live', 'test')),
  application_id TEXT NOT NULL,
  application TEXT NOT NULL,
  partner_id TEXT NOT NULL,
  partner TEXT NOT NULL
) STRICT;
INSERT INTO principals_next (id, key_id, secret_version, key_name, environment, application_id, application, partner_id, partner)
SELECT id, key_id, secret_version, key_name, environment, application_id, application, partner_id, partner
FROM principals
ORDER BY id;

-- The fact 'indexed_principal' says up to which principal these three are written.
CREATE TABLE principals_of_key (
  key_id TEXT NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (key_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE principals_of_application (
  application_id TEXT NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (application_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE principals_of_partner (
  partner_id TEXT NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (partner_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO principals_of_key SELECT key_id, id FROM principals ORDER BY 1, 2;
INSERT INTO principals_of_application SELECT application_id, id FROM principals ORDER BY 1, 2;
INSERT INTO principals_of_partner SELECT partner_id, id FROM principals ORDER BY 1, 2;
INSERT INTO facts (name, value) SELECT 'indexed_principal', IFNULL(MAX(id), 0) FROM principals;

-- When the key of a principal was last used. The same secret may be there under several names of its key: the latest counts.
CREATE TABLE principal_uses (
  principal_id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO principal_uses (principal_id, at_ms)
SELECT MAX(p.id), u.at_ms
FROM key_uses u
JOIN principals p ON p.key_id = u.key_id AND p.secret_version = u.secret_version
GROUP BY u.key_id, u.secret_version;
DROP TABLE key_uses;

DROP TABLE principals;
ALTER TABLE principals_next RENAME TO principals;
`;
