import { AppError } from '#main/platform/app-error.ts';
import type { FromWorker, QueryError, ToWorker } from './requests-messages.ts';

/** What may go with a question that takes long. */
export interface LongQuestion {
  /** Aborted when nobody wants the answer any more. */
  readonly signal?: AbortSignal;
  /** Told how far it is: totals, not steps. */
  readonly tell?: (done: number, total: number | null) => void;
}

interface Waiting {
  readonly tell: LongQuestion['tell'];
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Questions on their way to a thread and back, by their numbers. */
export class WaitingAnswers {
  readonly #post: (message: ToWorker) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastQuestion = 0;

  constructor(post: (message: ToWorker) => void) {
    this.#post = post;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** The answer to the message that `make` gives for a number. Throws AppError, and at once the reason of `signal`: the thread is
   *  told to stop. */
  ask(make: (id: number) => ToWorker, { signal, tell }: LongQuestion = {}): Promise<unknown> {
    this.#lastQuestion += 1;
    const id = this.#lastQuestion;
    const answer = new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      this.#waiting.set(id, { resolve, reject, tell });
      this.#post(make(id));
    });
    if (signal === undefined) return answer;
    const cancel = (): void => {
      this.#take(id)?.reject(toReason(signal));
      this.#post({ kind: 'cancel', id });
    };
    signal.addEventListener('abort', cancel);
    return answer.finally(() => {
      signal.removeEventListener('abort', cancel);
    });
  }

  /** Hands an answer to whoever waits for it; false for any other message. */
  receive(message: FromWorker): boolean {
    if (message.kind === 'answer') this.#take(message.id)?.resolve(message.answer);
    else if (message.kind === 'error') this.#take(message.id)?.reject(toError(message.error));
    else if (message.kind === 'progress') this.#waiting.get(message.id)?.tell?.(message.done, message.total);
    else return false;
    return true;
  }

  /** The thread has ended, or will not answer. */
  failAll(toFailure: () => Error): void {
    for (const { reject } of this.#waiting.values()) reject(toFailure());
    this.#waiting.clear();
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}

function toReason({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function toError({ code, message, field }: QueryError): Error {
  if (code === 'INTERNAL') return new Error(`The request log could not answer: ${message}`);
  return new AppError(code, message, field === null ? undefined : [{ path: field, message }]);
}
