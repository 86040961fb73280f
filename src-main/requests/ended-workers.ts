import { formatPosition, type JournalPosition } from './journal-segments.ts';
import type { Caution } from './requests-messages.ts';

/** Ends of the worker at the same place of the journal, after which the record there is left out: it may be what ends it. */
const TRIES_MAX = 3;

/** Counts the ends of workers over the same record of the journal. */
export class EndedWorkers {
  #place = '';
  #count = 0;

  /** A worker ended while it had work from this place on. */
  ended(position: JournalPosition | null): void {
    const place = position === null ? '' : formatPosition(position);
    this.#count = place === this.#place ? this.#count + 1 : 1;
    this.#place = place;
  }

  /** How the next worker is to go on. */
  caution(): Caution {
    if (this.#count === 0) return 'none';
    if (this.#count < TRIES_MAX) return 'singly';
    this.#count = 0;
    return 'skip';
  }
}
