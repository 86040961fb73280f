/** Version 6: kept habits tell ways of calling apart: those that were kept in the former form are read again. */
export const sql = `
DELETE FROM habits;
DELETE FROM habit_days;
`;
