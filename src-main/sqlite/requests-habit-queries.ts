import type { DatabaseHandle } from './open-database.ts';
import { PRINCIPALS_MAX } from './requests-rollup-queries.ts';

// Hygiene, once a day of the last month; primary key.
const TEXTS = `SELECT texts FROM habit_days WHERE day = ?`;
const DAYS = `SELECT day FROM habit_days ORDER BY day`;

// Hygiene, for each key and day; primary key.
const USES = `SELECT uses FROM habits WHERE id = ?`;

// A day that was read; primary keys.
const ADD_DAY = `INSERT INTO habit_days (day, texts) VALUES (?, ?)`;
const ADD = `INSERT INTO habits (id, uses) VALUES (?, ?)`;

// Every batch, once for each day of its rows, retention, and before a day is kept; primary keys.
const REMOVE_DAY = `DELETE FROM habit_days WHERE day = ?`;
const REMOVE = `DELETE FROM habits WHERE id >= ? AND id < ?`;

/** Prepares the statements on the habits of days that are over. A day counts as kept with the last of its rows: those of one that was
 *  not brought to its end are nothing. */
export function createRequestsHabitQueries(handle: DatabaseHandle) {
  const textsOf = handle.prepare<[number], { texts: string }>(TEXTS);
  const uses = handle.prepare<[number], Buffer>(USES).pluck(true);
  const days = handle.prepare<[], { day: number }>(DAYS);
  const addDay = handle.prepare<[number, string]>(ADD_DAY);
  const add = handle.prepare<[number, Buffer]>(ADD);
  const removeDay = handle.prepare<[number]>(REMOVE_DAY);
  const remove = handle.prepare<[number, number]>(REMOVE);
  const removeUses = (day: number): void => {
    remove.run(day * PRINCIPALS_MAX, (day + 1) * PRINCIPALS_MAX);
  };
  let begun = 0;
  return {
    /** What the numbers in the uses of a day stand for; null when the day is not kept. */
    textsOf: (day: number): readonly string[] | null => {
      const kept = textsOf.get(day);
      return kept === undefined ? null : (JSON.parse(kept.texts) as string[]);
    },
    /** Of a day that is kept. */
    usesOf: (day: number, principalId: number): Buffer | undefined =>
      uses.get(day * PRINCIPALS_MAX + principalId),
    /** Days that are kept, ascending. */
    days: (): readonly number[] => days.all().map(({ day }) => day),
    /** Makes room for a day that is not kept; inside a transaction, as the two below. Whoever began before is to stop: see `begun`. */
    begin: (day: number): number => {
      removeUses(day);
      begun += 1;
      return begun;
    },
    /** What the last `begin` answered. */
    begun: (): number => begun,
    /** `uses`: packed, see habit-days.ts. */
    add: (day: number, principalId: number, uses: Buffer): void =>
      void add.run(day * PRINCIPALS_MAX + principalId, uses),
    /** From now on the day is kept. */
    finish: (day: number, texts: readonly string[]): void => void addDay.run(day, JSON.stringify(texts)),
    /** The rows of a day change, or nobody asks for it any more; inside the transaction that changes them. */
    forget: (day: number): void => {
      if (removeDay.run(day).changes > 0) removeUses(day);
    },
  };
}
