import type { Worker } from 'node:worker_threads';
import { AppError } from '#main/platform/app-error.ts';
import type { FromWorker, LostRows, ToWorker } from './requests-messages.ts';
import { type LongQuestion, WaitingAnswers } from './waiting-answers.ts';

/** Wait before a worker that ended is started again: doubled each time, back to the first after something was stored. */
const RESTART_MS_MIN = 100;
const RESTART_MS_MAX = 10_000;
/** A worker that has closed its file needs this long at most to end. */
const EXIT_MS_MAX = 500;

/** What the link tells its owner. `onDown` comes once for each end of the worker, planned ones excepted. */
export interface WorkerLinkOptions {
  readonly createWorker: () => Worker;
  /** First message to each new worker. */
  readonly openMessage: () => ToWorker;
  readonly onMessage: (message: FromWorker) => void;
  readonly onDown: (error: unknown) => void;
}

/** Keeps one worker running: starts it again when it ends, and fails the questions it took with it. */
export class WorkerLink {
  readonly #options: WorkerLinkOptions;
  readonly #waiting = new WaitingAnswers((message) => {
    this.post(message);
  });
  #worker: Worker | null = null;
  #restartMs = RESTART_MS_MIN;
  #restart: NodeJS.Timeout | null = null;
  #isClosing = false;
  #closed: (() => void) | null = null;

  constructor(options: WorkerLinkOptions) {
    this.#options = options;
  }

  start(): void {
    const worker = this.#options.createWorker();
    this.#worker = worker;
    let failure: unknown = null;
    worker.on('message', (message: FromWorker) => {
      if (worker === this.#worker) this.#receive(message);
    });
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', () => {
      if (worker === this.#worker) this.#ended(failure);
    });
    worker.postMessage(this.#options.openMessage());
  }

  post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  /** The answer of the worker to the message that `make` gives for a number; as WaitingAnswers. */
  ask(make: (id: number) => ToWorker, long?: LongQuestion): Promise<unknown> {
    return this.#waiting.ask(make, long);
  }

  /** The worker did its work: the next restart is quick again. */
  isWell(): void {
    this.#restartMs = RESTART_MS_MIN;
  }

  /** Asks the worker to finish, and to note these losses; ends it after `graceMs`. */
  async close(graceMs: number, lost: readonly LostRows[]): Promise<void> {
    this.#isClosing = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === null) return;
    const exited = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        resolve();
      });
    });
    await within(graceMs, (done) => {
      this.#closed = done;
      worker.postMessage({ kind: 'close', lost } satisfies ToWorker);
    });
    this.#waiting.failAll(logIsDown);
    // It ends by itself; ending it from outside in the middle of a statement is the last resort.
    await within(EXIT_MS_MAX, (done) => void exited.then(done));
    await worker.terminate();
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'closed') this.#closed?.();
    else if (!this.#waiting.receive(message)) this.#options.onMessage(message);
  }

  #ended(failure: unknown): void {
    this.#worker = null;
    this.#waiting.failAll(logIsDown);
    if (this.#isClosing) {
      this.#closed?.();
      return;
    }
    this.#options.onDown(failure);
    this.#restart = setTimeout(() => {
      this.start();
    }, this.#restartMs);
    this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MS_MAX);
  }
}

/** Resolves when `start` says that it is done, or after `ms`. */
function within(ms: number, start: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    start(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** The refusal while no worker runs. */
export function logIsDown(): AppError {
  return new AppError(
    'UNAVAILABLE',
    'The request log is not running right now. Keys work as before; try again in a moment.',
  );
}
