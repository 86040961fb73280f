/** Who has ticked every kind of notice wants everything: from now on that says so itself, and new kinds come with it. There were 15 kinds
 *  before this. */
export const sql = `
UPDATE webhooks SET kinds = '["*"]' WHERE json_array_length(kinds) = 15;
UPDATE settings SET value = json_set(value, '$.mail.kinds', json('["*"]'))
WHERE name = 'notices' AND json_array_length(value, '$.mail.kinds') = 15;
UPDATE settings SET value = json_set(value, '$.desktop.kinds', json('["*"]'))
WHERE name = 'notices' AND json_array_length(value, '$.desktop.kinds') = 15;
`;
