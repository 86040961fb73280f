/** A service can say from which networks it asks: its token is taken from nowhere else. */
export const sql = `
-- JSON: addresses and networks, such as ["10.0.0.0/8"]; empty = from anywhere.
ALTER TABLE services ADD COLUMN asked_from TEXT NOT NULL DEFAULT '[]';
`;
