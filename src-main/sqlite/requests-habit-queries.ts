import type { DatabaseHandle } from './open-database.ts';
import { PRINCIPALS_MAX } from './requests-rollup-queries.ts';

/** How the keys were used on one day that is over, packed: see habit-days.ts. */
export interface KeptHabits {
  /** What the numbers in `uses` stand for. */
  readonly texts: readonly string[];
  /** Once a principal. */
  readonly rows: readonly { readonly principalId: number; readonly uses: Buffer }[];
}

// Hygiene, once a day of the last month; primary keys.
const TEXTS = `SELECT texts FROM habit_days WHERE day = ?`;
const USES = `SELECT id, uses FROM habits WHERE id >= ? AND id < ? ORDER BY id`;
const DAYS = `SELECT day FROM habit_days ORDER BY day`;

// A day that was read; primary keys, ascending.
const ADD_DAY = `INSERT INTO habit_days (day, texts) VALUES (?, ?)`;
const ADD = `INSERT INTO habits (id, uses) VALUES (?, ?)`;

// Every batch, once for each day of its rows, and retention; primary keys.
const REMOVE_DAY = `DELETE FROM habit_days WHERE day = ?`;
const REMOVE = `DELETE FROM habits WHERE id >= ? AND id < ?`;

/** Prepares the statements on the habits of days that are over. */
export function createRequestsHabitQueries(handle: DatabaseHandle) {
  const textsOf = handle.prepare<[number], { texts: string }>(TEXTS);
  const uses = handle.prepare<[number, number], { id: number; uses: Buffer }>(USES);
  const days = handle.prepare<[], { day: number }>(DAYS);
  const addDay = handle.prepare<[number, string]>(ADD_DAY);
  const add = handle.prepare<[number, Buffer]>(ADD);
  const removeDay = handle.prepare<[number]>(REMOVE_DAY);
  const remove = handle.prepare<[number, number]>(REMOVE);
  return {
    /** null when the day is not kept. */
    get: (day: number): KeptHabits | null => {
      const kept = textsOf.get(day);
      if (kept === undefined) return null;
      const rows = uses.all(day * PRINCIPALS_MAX, (day + 1) * PRINCIPALS_MAX);
      return {
        texts: JSON.parse(kept.texts) as string[],
        rows: rows.map(({ id, uses: bytes }) => ({ principalId: id % PRINCIPALS_MAX, uses: bytes })),
      };
    },
    /** Days that are kept, ascending. */
    days: (): readonly number[] => days.all().map(({ day }) => day),
    /** Keeps a day that is not kept; inside a transaction. */
    keep: (day: number, { texts, rows }: KeptHabits): void => {
      addDay.run(day, JSON.stringify(texts));
      for (const row of rows) add.run(day * PRINCIPALS_MAX + row.principalId, row.uses);
    },
    /** The rows of a day change, or nobody asks for it any more; inside the transaction that changes them. */
    forget: (day: number): void => {
      if (removeDay.run(day).changes > 0) remove.run(day * PRINCIPALS_MAX, (day + 1) * PRINCIPALS_MAX);
    },
  };
}
