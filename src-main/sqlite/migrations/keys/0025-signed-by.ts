/** Public keys of signers: a key can want signed requests. */
export const sql = `
ALTER TABLE keys ADD COLUMN signed_by TEXT CHECK (signed_by IS NULL OR json_valid(signed_by));
`;
