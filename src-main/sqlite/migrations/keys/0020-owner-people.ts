/** Several contacts of a partner or an application, and its networks. */
export const sql = `
CREATE TABLE owner_contacts (
  -- A partner or an application.
  owner_id TEXT NOT NULL,
  -- 0 = the first, whose address stands in the owner's own row: only its role and name are here.
  place INTEGER NOT NULL CHECK (place >= 0),
  role TEXT NOT NULL CHECK (role IN ('technical', 'owner', 'billing')),
  name TEXT,
  email TEXT NOT NULL,
  PRIMARY KEY (owner_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE owner_networks (
  owner_id TEXT NOT NULL,
  network TEXT NOT NULL,
  PRIMARY KEY (owner_id, network)
) STRICT, WITHOUT ROWID;
`;
