import type { LogResponse } from '#contract/verify.ts';
import { isReached } from './journal-marks.ts';
import type { JournalLimit, JournalPosition } from './journal-segments.ts';
import type { Report, ReportReply } from './requests-messages.ts';
import { logIsDown } from './worker-link.ts';

interface WaitingReport {
  /** Behind it in the journal; null when it still waits in memory. */
  readonly limit: JournalLimit | null;
  readonly resolve: (answer: LogResponse) => void;
  readonly reject: (error: Error) => void;
}

/** Services that wait for the answers to their reports. */
export class WaitingReports {
  readonly #waiting = new Map<number, WaitingReport>();

  /** The answer to a report that stands in the journal before the limit. Throws UNAVAILABLE when there will be none. */
  answerTo(number: number, limit: JournalLimit | null): Promise<LogResponse> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { limit, resolve, reject });
    });
  }

  answered(replies: readonly ReportReply[]): void {
    for (const { number, answer } of replies) {
      const waiting = this.#take(number);
      if (answer === null) waiting?.reject(logIsDown());
      else waiting?.resolve(answer);
    }
  }

  /** A worker ended; another one found the log at this position. What is in the log has lost its answer, the rest is answered yet. */
  foundAt(position: JournalPosition): void {
    for (const [number, { limit }] of this.#waiting) {
      if (limit === null || isReached(limit, position)) this.#take(number)?.reject(logIsDown());
    }
  }

  /** The log closes. */
  failAll(): void {
    for (const { reject } of this.#waiting.values()) reject(logIsDown());
    this.#waiting.clear();
  }

  #take(number: number): WaitingReport | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    return waiting;
  }
}

/** The answer to a report for which there is no room. */
export function refusedWhole({ entries }: Report): LogResponse {
  const detail = 'Too many rows wait to be written. Send the report again later.';
  const rejected = entries.map((_entry, index) => ({ index, code: 'LOG_FULL' as const, detail }));
  return { accepted: 0, rejected };
}
