/** Keys that went to another application keep the text that they were given with. */
export const sql = `
-- The slug inside of the key's text when that is not its application's any more; NULL: it is.
ALTER TABLE keys ADD COLUMN text_slug TEXT;
`;
