/** Whoever starts a program for the first time can say who they are: a name and an address, kept with the key that they get. */
export const sql = `
-- Empty: not told.
ALTER TABLE enrolments ADD COLUMN contact_name TEXT NOT NULL DEFAULT '';
ALTER TABLE enrolments ADD COLUMN contact_email TEXT NOT NULL DEFAULT '';

-- Does a token refuse who does not say it?
ALTER TABLE enrolment_tokens ADD COLUMN needs_contact INTEGER NOT NULL DEFAULT 0 CHECK (needs_contact IN (0, 1));
`;
