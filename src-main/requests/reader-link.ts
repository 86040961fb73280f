import type { Worker } from 'node:worker_threads';
import { AppError } from '#main/platform/app-error.ts';
import type { ReadMessage } from './beside-messages.ts';
import type { FromWorker, ToWorker } from './requests-messages.ts';
import { type LongQuestion, WaitingAnswers } from './waiting-answers.ts';

/** Without a question for so long the thread ends, and gives its memory back. */
const IDLE_MS = 15_000;

/** What the link needs. */
export interface ReaderLinkOptions {
  /** Starts requests-worker as it is called in this host. */
  readonly createWorker: () => Worker;
  /** Path of requests.db. */
  readonly file: string;
  /** The thread found that the file is damaged. */
  readonly onUnreadable: (why: string) => void;
  /** The thread ended by itself; questions that it had have failed. */
  readonly onDown: (error: unknown) => void;
  /** Other than IDLE_MS; for tests. */
  readonly idleMs?: number | undefined;
}

/** The file cannot be read beside the log: ask the log. */
export class CannotReadBeside extends Error {}

/** The thread for long questions, which is started with the first of them and ended some time after the last. */
export class ReaderLink {
  readonly #options: ReaderLinkOptions;
  readonly #waiting = new WaitingAnswers((message) => {
    this.#worker?.postMessage(message);
  });
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: ReaderLinkOptions) {
    this.#options = options;
  }

  /** As WaitingAnswers; throws CannotReadBeside, and UNAVAILABLE when the thread ends over it. */
  async ask(make: (id: number) => ToWorker, long?: LongQuestion): Promise<unknown> {
    if (this.#isClosed) throw readerEnded();
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    try {
      return await this.#waiting.ask(make, long);
    } finally {
      this.#endWhenIdle();
    }
  }

  stop(searchId: string): void {
    this.#worker?.postMessage({ kind: 'stop', searchId } satisfies ToWorker);
  }

  /** Ends the thread; what it was asked fails. The next question starts another. */
  end(): Promise<void> {
    return this.#end(readerEnded);
  }

  /** The same, for good. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#end(readerEnded);
  }

  async #end(toFailure: () => Error): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    this.#waiting.failAll(toFailure);
    await worker?.terminate();
  }

  #start(): Worker {
    const { createWorker, file, onUnreadable, onDown } = this.#options;
    const worker = createWorker();
    let failure: unknown = null;
    worker.on('message', (message: FromWorker) => {
      if (worker !== this.#worker || this.#waiting.receive(message)) return;
      if (message.kind === 'unreadable') onUnreadable(message.why);
      if (message.kind === 'unable') void this.#end(() => new CannotReadBeside(message.why));
    });
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', () => {
      if (worker !== this.#worker) return;
      this.#worker = null;
      this.#waiting.failAll(readerEnded);
      onDown(failure);
    });
    worker.postMessage({ kind: 'read', file } satisfies ReadMessage);
    return worker;
  }

  #endWhenIdle(): void {
    if (this.#waiting.size > 0 || this.#worker === null) return;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#waiting.size === 0) void this.end();
    }, this.#options.idleMs ?? IDLE_MS);
    this.#idle.unref();
  }
}

function readerEnded(): AppError {
  return new AppError(
    'UNAVAILABLE',
    'What reads the request log for long questions has stopped. Keys and the log work as before; ask again.',
  );
}
