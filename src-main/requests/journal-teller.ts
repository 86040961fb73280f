import type { DecisionJournal } from './decision-journal.ts';
import { JournalMarks } from './journal-marks.ts';
import type { JournalLimit, JournalPosition } from './journal-segments.ts';

/** Tells the worker how far the journal is written, not oftener than needed, and the journal how much of it is stored. A worker that
 *  is still storing is told when it is done: what comes meanwhile goes into one transaction, and a commit costs as much for one
 *  row as for a thousand. */
export class JournalTeller {
  readonly #journal: DecisionJournal;
  readonly #tell: (limit: JournalLimit) => boolean;
  readonly #marks = new JournalMarks();
  #timer: { readonly timeout: NodeJS.Timeout; readonly ms: number } | null = null;
  /** Is there something to tell as soon as the worker is done? */
  #isHeld = false;

  /** `tell` says whether there was anybody to be told. */
  constructor(journal: DecisionJournal, tell: (limit: JournalLimit) => boolean) {
    this.#journal = journal;
    this.#tell = tell;
  }

  /** Decisions of this run that are in the log. */
  get storedRows(): number {
    return this.#marks.stored.rows;
  }

  /** Was a worker told of more than is stored? */
  get isBehind(): boolean {
    return this.#marks.isBehind;
  }

  tellWithin(ms: number): void {
    if (this.#timer !== null && this.#timer.ms <= ms) return;
    if (this.#timer !== null) clearTimeout(this.#timer.timeout);
    const timeout = setTimeout(() => {
      this.#timer = null;
      this.#isHeld = this.isBehind;
      if (!this.#isHeld) this.tellNow();
    }, ms);
    this.#timer = { timeout, ms };
  }

  tellNow(): void {
    if (this.#timer !== null) clearTimeout(this.#timer.timeout);
    this.#timer = null;
    this.#isHeld = false;
    const { limit, written } = this.#journal;
    if (limit !== null && this.#tell(limit)) this.#marks.told(limit, written);
  }

  /** What a new worker is told at first; null = nothing is written in this run. */
  tellAtOpen(): JournalLimit | null {
    const { limit, written } = this.#journal;
    if (limit !== null) this.#marks.told(limit, written);
    return limit;
  }

  /** The log has everything before the position. */
  reached(position: JournalPosition): void {
    this.#marks.reached(position);
    this.#journal.stored(this.#marks.stored.bytes);
    if (this.#isHeld && !this.isBehind) this.tellNow();
  }
}
