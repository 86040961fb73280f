/** Version 5: what the days that are over held of the habits of keys, so that nobody reads their rows again: see key-habits.ts. */
export const sql = `
-- day = ms / 86,400,000. A day is here while its rows are as they were when it was read.
CREATE TABLE habit_days (
  day INTEGER PRIMARY KEY,
  -- JSON array: what the numbers in habits stand for.
  texts TEXT NOT NULL
) STRICT;
CREATE TABLE habits (
  -- Day * 2^32 + principal.
  id INTEGER PRIMARY KEY,
  -- See habit-days.ts.
  uses BLOB NOT NULL
) STRICT;
`;
