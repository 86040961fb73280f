import type { JournalLimit, JournalPosition } from './journal-segments.ts';

/** How much of this run's journal is meant: decisions and bytes since the start. */
export interface JournalAmount {
  readonly rows: number;
  readonly bytes: number;
}

/** Remembers what the worker was told of the journal until it says that the log has it. */
export class JournalMarks {
  #told: (JournalAmount & { readonly limit: JournalLimit; readonly atMs: number })[] = [];
  #stored: JournalAmount & { readonly atMs: number } = { rows: 0, bytes: 0, atMs: 0 };

  /** In the log of what this run wrote; lags by up to one message. */
  get stored(): JournalAmount & {
    /** When the worker was told of it. */
    readonly atMs: number;
  } {
    return this.#stored;
  }

  /** Was the worker told of more than it has stored? */
  get isBehind(): boolean {
    return this.#told.length > 0;
  }

  told(limit: JournalLimit, { rows, bytes }: JournalAmount, atMs: number): void {
    if (bytes > (this.#told.at(-1) ?? this.#stored).bytes) this.#told.push({ limit, rows, bytes, atMs });
  }

  /** The log has everything before the position. */
  reached(position: JournalPosition): void {
    const count = this.#told.findLastIndex(({ limit }) => isReached(limit, position)) + 1;
    this.#stored = this.#told[count - 1] ?? this.#stored;
    this.#told = this.#told.slice(count);
  }
}

/** Does the position lie behind the limit, or at it? */
export function isReached(limit: JournalLimit, { segment, offset }: JournalPosition): boolean {
  return limit.segment < segment || (limit.segment === segment && limit.offset <= offset);
}
