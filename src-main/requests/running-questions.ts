import { AppError } from '#main/platform/app-error.ts';
import { createClock } from '#main/platform/clock.ts';
import { errorCode } from '#main/platform/error-code.ts';
import type { AnswerSources } from './answer-query.ts';
import type { FromWorker, QueryError } from './requests-messages.ts';
import { RunningSearches } from './search-budget.ts';

/** Progress of a long question is told at most this often. */
const PROGRESS_MS = 100;

/** What a question has of its own. */
export type QuestionParts = Pick<AnswerSources, 'signal' | 'tell' | 'searches'>;

/** The questions that a thread is answering: they can be cancelled and stopped, and tell how far they are. */
export class RunningQuestions {
  readonly #post: (message: FromWorker) => void;
  readonly #searches = new RunningSearches();
  /** By their numbers. */
  readonly #asked = new Map<number, AbortController>();

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  get size(): number {
    return this.#asked.size;
  }

  /** Posts the answer, or the error, which goes to `onError` after that. Never throws. */
  async run(
    id: number,
    answer: (parts: QuestionParts) => Promise<unknown>,
    onError: (error: unknown) => void,
  ): Promise<void> {
    const abort = new AbortController();
    this.#asked.set(id, abort);
    try {
      const parts = { signal: abort.signal, tell: this.#teller(id), searches: this.#searches };
      this.#post({ kind: 'answer', id, answer: await answer(parts) });
    } catch (error) {
      this.#post({ kind: 'error', id, error: toQueryError(error) });
      onError(error);
    } finally {
      this.#asked.delete(id);
    }
  }

  /** Nobody waits for this answer any more. */
  cancel(id: number): void {
    this.#asked.get(id)?.abort();
  }

  /** As RunningSearches. */
  stop(searchId: string): void {
    this.#searches.stop(searchId);
  }

  /** Posts how far a question is, but not for every step. */
  #teller(id: number): (done: number, total: number | null) => void {
    const { monotonicMs } = createClock();
    let toldMs = Number.NEGATIVE_INFINITY;
    return (done, total) => {
      if (done !== total && monotonicMs() - toldMs < PROGRESS_MS) return;
      toldMs = monotonicMs();
      this.#post({ kind: 'progress', id, done, total });
    };
  }
}

function toQueryError(error: unknown): QueryError {
  if (error instanceof AppError && (error.code === 'INVALID_INPUT' || error.code === 'RANGE_TOO_LARGE')) {
    return { code: error.code, message: error.message, field: error.fields?.[0]?.path ?? null };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message: `${errorCode(error)} ${message}`.trim(), field: null };
}
