import type Database from 'better-sqlite3';
import type { DatabaseHandle } from './open-database.ts';
import { createDayTables, dropDayTables, nameOfDay } from './requests-day-tables.ts';

type Text = (day: string) => string;
type Statement = Database.Statement<unknown[]>;

/** Days whose statements are kept prepared. */
const PREPARED_DAYS_MAX = 8;

// Start, and after a transaction that failed; a scan of a row a day.
const DAYS = `SELECT day, row_count AS count FROM request_days ORDER BY day`;

// Every batch, once a day; primary key.
const SAVE = `UPDATE request_days SET row_count = ? WHERE day = ?`;

/** The days that have tables, ms UTC / 86,400,000, each with its number of rows; runs statements on the table of one. */
export class RequestDays {
  readonly #handle: DatabaseHandle;
  readonly #days;
  readonly #save;
  #counts = new Map<number, number>();
  readonly #changed = new Set<number>();
  readonly #prepared = new Map<number, Map<Text, Statement>>();
  readonly #onChange: (day: number) => void;
  readonly #changes = new Map<number, number>();

  /** `onChange`: rows of a day are added or removed; in the transaction that does it. */
  constructor(handle: DatabaseHandle, onChange: (day: number) => void) {
    this.#onChange = onChange;
    this.#handle = handle;
    this.#days = handle.prepare<[], { day: number; count: number }>(DAYS);
    this.#save = handle.prepare<[number, number]>(SAVE);
    this.read();
  }

  /** Takes over what the file says. */
  read(): void {
    this.#counts = new Map(this.#days.all().map(({ day, count }) => [day, count]));
    this.#changed.clear();
  }

  has(day: number): boolean {
    return this.#counts.has(day);
  }

  /** Makes the tables of a day when there are none. */
  make(day: number): void {
    if (this.has(day)) return;
    createDayTables(this.#handle, day);
    this.#counts.set(day, 0);
  }

  /** More rows of a day, or fewer. `save` writes it down. */
  count(day: number, more: number): void {
    if (more === 0) return;
    this.#counts.set(day, (this.#counts.get(day) ?? 0) + more);
    this.#changed.add(day);
    this.#noteChange(day);
  }

  /** Writes changed numbers of rows into the file. */
  save(): void {
    for (const day of this.#changed) {
      this.#save.run(this.rowsOf(day), day);
      this.#onChange(day);
    }
    this.#changed.clear();
  }

  /** Removes a day with all its rows; how many. */
  drop(day: number): number {
    const rows = this.rowsOf(day);
    // A statement that is still prepared keeps its table from being dropped when it was not read to its end.
    this.#prepared.delete(day);
    dropDayTables(this.#handle, day);
    this.#onChange(day);
    this.#noteChange(day);
    this.#counts.delete(day);
    return rows;
  }

  /** Differs from before when rows of a day were added or removed since. */
  changesOf(day: number): number {
    return this.#changes.get(day) ?? 0;
  }

  rowsOf(day: number): number {
    return this.#counts.get(day) ?? 0;
  }

  get rowCount(): number {
    let sum = 0;
    for (const count of this.#counts.values()) sum += count;
    return sum;
  }

  oldestFirst(): readonly number[] {
    return [...this.#counts.keys()].sort((a, b) => a - b);
  }

  newestFirst(): readonly number[] {
    return [...this.#counts.keys()].sort((a, b) => b - a);
  }

  /** Runs a statement on a day that has a table; how many rows it changed. */
  run(day: number, text: Text, values: readonly unknown[]): number {
    // Spread: the library takes values out of an array one by one, which costs more than to bind them.
    return this.#statement(day, text).run(...values).changes;
  }

  /** Every row of an answer as a list of its values; none for a day without a table. */
  lists<Row extends readonly unknown[]>(day: number, text: Text, values: readonly unknown[]): readonly Row[] {
    if (!this.has(day)) return [];
    return this.#statement(day, text).raw(true).all(values) as unknown as readonly Row[];
  }

  /** The first row of an answer; undefined without one, and for a day without a table. */
  get<Row>(day: number, text: Text, values: readonly unknown[]): Row | undefined {
    return this.has(day) ? (this.#statement(day, text).get(values) as Row | undefined) : undefined;
  }

  /** The ids that a statement finds, nulls left out. */
  ids(day: number, text: Text, values: readonly unknown[]): readonly number[] {
    if (!this.has(day)) return [];
    const rows = this.#statement(day, text).all(values) as { id: number | null }[];
    return rows.map((row) => row.id).filter((id) => id !== null);
  }

  /** Every row of an answer, one at a time. */
  each<Row>(day: number, text: Text, values: readonly unknown[]): IterableIterator<Row> {
    return this.#statement(day, text).iterate(values) as IterableIterator<Row>;
  }

  /** The id that a statement finds in the first of these days that has one. */
  firstOf(days: readonly number[], text: Text): number | null {
    for (const day of days) {
      const id = this.ids(day, text, [])[0];
      if (id !== undefined) return id;
    }
    return null;
  }

  #noteChange(day: number): void {
    this.#changes.set(day, this.changesOf(day) + 1);
  }

  #statement(day: number, text: Text): Statement {
    let statements = this.#prepared.get(day);
    if (statements === undefined) {
      if (this.#prepared.size >= PREPARED_DAYS_MAX) this.#prepared.clear();
      this.#prepared.set(day, (statements = new Map<Text, Statement>()));
    }
    let statement = statements.get(text);
    if (statement === undefined) {
      statement = this.#handle.prepare<unknown[]>(text(nameOfDay(day)));
      statements.set(text, statement);
    }
    return statement;
  }
}
