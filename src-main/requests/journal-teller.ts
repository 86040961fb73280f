import type { DecisionJournal } from './decision-journal.ts';
import { JournalMarks } from './journal-marks.ts';
import type { JournalLimit, JournalPosition } from './journal-segments.ts';

/** Tells the worker how far the journal is written, not oftener than needed, and the journal how much of it is stored. A worker that
 *  is still storing is told when it is done: what comes meanwhile goes into one transaction, and a commit costs as much for one
 *  row as for a thousand. */
export class JournalTeller {
  readonly #journal: DecisionJournal;
  readonly #tell: (limit: JournalLimit) => boolean;
  readonly #monotonicMs: () => number;
  readonly #marks = new JournalMarks();
  #timer: { readonly timeout: NodeJS.Timeout; readonly ms: number } | null = null;
  /** Is there something to tell as soon as the worker is done? */
  #isHeld = false;
  /** Since when something is written that the log does not have; null when it has all. */
  #behindSinceMs: number | null = null;

  /** `tell` says whether there was anybody to be told. */
  constructor(journal: DecisionJournal, tell: (limit: JournalLimit) => boolean, monotonicMs: () => number) {
    this.#journal = journal;
    this.#tell = tell;
    this.#monotonicMs = monotonicMs;
  }

  /** Decisions of this run that are in the log. */
  get storedRows(): number {
    return this.#marks.stored.rows;
  }

  /** Was a worker told of more than is stored? */
  get isBehind(): boolean {
    return this.#marks.isBehind;
  }

  /** How long the oldest decision of this run that is not in the log has been in the journal, ms, or a little more; 0 when the log
   *  has all. */
  get lagMs(): number {
    return this.#behindSinceMs === null ? 0 : this.#monotonicMs() - this.#behindSinceMs;
  }

  tellWithin(ms: number): void {
    this.#behindSinceMs ??= this.#monotonicMs();
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
    if (limit !== null && this.#tell(limit)) this.#marks.told(limit, written, this.#monotonicMs());
  }

  /** What a new worker is told at first; null = nothing is written in this run. */
  tellAtOpen(): JournalLimit | null {
    const { limit, written } = this.#journal;
    if (limit !== null) this.#marks.told(limit, written, this.#monotonicMs());
    return limit;
  }

  /** The log has everything before the position. */
  reached(position: JournalPosition): void {
    this.#marks.reached(position);
    const { atMs, bytes } = this.#marks.stored;
    this.#journal.stored(bytes);
    if (bytes === this.#journal.written.bytes) this.#behindSinceMs = null;
    // What is left was written after the worker was told of what it has.
    else if (bytes > 0) this.#behindSinceMs = atMs;
    if (this.#isHeld && !this.isBehind) this.tellNow();
  }
}
