/** The public key of a partner, to which sealed files are encrypted. */
export const sql = `
-- age1…; NULL: none given.
ALTER TABLE partners ADD COLUMN recipient_key TEXT;
`;
