import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { errorCode } from '#main/platform/error-code.ts';
import type { MarkReading } from './requests-messages.ts';

/** Width of the number: the mark is overwritten in place and never changes its length. */
const DIGITS = 16;

/** A few bytes beside requests.db that say how many decisions can have been handed to the log so far. After a kill, the difference
 *  to the log's own counter bounds what was lost. Written ahead of the decisions, so it can be too high but never too low. */
export class RequestsMark {
  readonly #path: string;
  #file: number | null = null;
  #logId = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** What the last run wrote; null when there is no mark, or none that can be understood. */
  read(): MarkReading | null {
    try {
      const [logId, digits] = readFileSync(this.#path, 'utf8').trim().split(' ');
      const seenAtMost = Number(digits);
      if (logId === undefined || !Number.isSafeInteger(seenAtMost)) return null;
      return { logId, seenAtMost };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** Starts a mark for a log. Throws when it cannot be written. */
  start(logId: string, seenAtMost: number): void {
    this.close();
    this.#logId = logId;
    this.#file = openSync(this.#path, 'w', 0o600);
    this.write(seenAtMost);
  }

  /** No more than this many decisions have been handed over. Some µs: it overwrites bytes that are there. */
  write(seenAtMost: number): void {
    if (this.#file !== null) {
      writeSync(this.#file, `${this.#logId} ${String(seenAtMost).padStart(DIGITS, '0')}\n`, 0);
    }
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}
