import { AppError } from '#main/platform/app-error.ts';
import { errorCode } from '#main/platform/error-code.ts';
import { must } from '#main/platform/must.ts';
import { StartError } from '#main/platform/start-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import { answerQuery } from './answer-query.ts';
import { isDamage, openLog, replaceLog, walBytes } from './open-log.ts';
import type { OpenedLog } from './open-log.ts';
import type {
  Batch,
  FromWorker,
  OpenMessage,
  Question,
  QueryError,
  RetentionSettings,
  ToWorker,
} from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import { sweepLog } from './sweep-log.ts';

/** Rows after which retention is looked at even before its minute: a busy log grows by a gigabyte in minutes. */
const SWEEP_ROWS = 50_000;
/** Rows after which a transaction is closed even if more batches have arrived. */
const TRANSACTION_ROWS_MAX = 5_000;
/** Files up to this size are read through after each start, in the background: about a second a gigabyte. */
const CHECK_BYTES_MAX = 256 * 1024 * 1024;

/** The worker's side of the log: handles messages strictly in order, between them the steps of retention. */
export class LogWorker {
  readonly #post: (message: FromWorker) => void;
  #opened: OpenMessage | null = null;
  #store: RequestsStore | null = null;
  #retention: RetentionSettings | null = null;
  #sweep: Generator<void, void, void> | null = null;
  #rowsSinceSweep = 0;
  #pending: Batch[] = [];
  #pendingNowMs = 0;
  #pendingRows = 0;

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  /** Throws only when the log cannot be opened at all: the thread ends then, and its owner starts it again later. */
  handle(message: ToWorker): void {
    if (message.kind === 'batch') {
      this.#takeBatch(message.batch, message.nowMs);
      return;
    }
    this.#writePending();
    switch (message.kind) {
      case 'open':
        this.#open(message);
        break;
      case 'query':
        void this.#answer(message.id, message.question, message.nowMs);
        break;
      case 'configure':
        this.#retention = message.retention;
        break;
      case 'sweep':
        this.#startSweep(message.nowMs);
        break;
      case 'close':
        this.#close();
        break;
    }
  }

  #open(message: OpenMessage): void {
    this.#opened = message;
    this.#retention = message.retention;
    const opened = this.#openFile(message);
    if (opened === null) return;
    const { store, warnings } = opened;
    this.#store = store;
    for (const warning of warnings) this.#post({ kind: 'warning', warning });
    this.#post({
      kind: 'ready',
      logId: store.logId(),
      seenCount: store.seenCount(),
      lastSequence: store.lastSequence(message.sessionId),
      restored: store.restoredUse(),
    });
    setImmediate(() => {
      this.#checkContent(message.nowMs);
    });
  }

  /** null when a newer version wrote the file; the owner is told, and decides. An error would lose its exit code between threads. */
  #openFile(message: OpenMessage): OpenedLog | null {
    try {
      return openLog({ ...message, newLogId: newLogId() });
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      this.#post({ kind: 'newer', message: error.message });
      return null;
    }
  }

  #checkContent(nowMs: number): void {
    const store = this.#store;
    if (store === null || store.db.fileSize().bytes > CHECK_BYTES_MAX) return;
    const damage = store.db.damage();
    if (damage !== null) this.#replace(damage, nowMs);
  }

  /** Batches that have arrived together are written together: the further behind the worker is, the cheaper a row becomes, because
   *  each cell of a roll-up is written once a transaction. */
  #takeBatch(batch: Batch, nowMs: number): void {
    this.#pending.push(batch);
    this.#pendingNowMs = nowMs;
    this.#pendingRows += batch.decisions.length;
    if (this.#pendingRows >= TRANSACTION_ROWS_MAX) this.#writePending();
    else if (this.#pending.length === 1) {
      setImmediate(() => {
        this.#writePending();
      });
    }
  }

  #writePending(): void {
    const batches = this.#pending;
    if (batches.length === 0) return;
    const nowMs = this.#pendingNowMs;
    this.#pending = [];
    this.#pendingRows = 0;
    const { sessionId } = must(this.#opened, 'open comes first');
    try {
      const replies = this.#repairing(nowMs, (store) => store.write(batches, sessionId, nowMs));
      batches.forEach(({ sequence, decisions }, index) => {
        this.#post({ kind: 'written', sequence, replies: replies[index] ?? [] });
        this.#rowsSinceSweep += decisions.length;
      });
      if (this.#rowsSinceSweep >= SWEEP_ROWS) this.#startSweep(nowMs);
    } catch (error) {
      // Verification goes on without its log: the rows are counted, and the count is shown.
      for (const { sequence, decisions, lost } of batches) {
        this.#store?.addLost('write_failed', decisions.length);
        for (const { reason, count } of lost) this.#store?.addLost(reason, count);
        this.#post({ kind: 'refused', sequence, why: errorCode(error) || String(error) });
      }
    }
  }

  async #answer(id: number, question: Question, nowMs: number): Promise<void> {
    try {
      const { file } = must(this.#opened, 'open comes first');
      const store = must(this.#store, 'open comes first');
      const sources = { store, nowMs, walBytes: () => walBytes(file), pause };
      this.#post({ kind: 'answer', id, answer: await answerQuery(sources, question) });
    } catch (error) {
      this.#post({ kind: 'error', id, error: toQueryError(error) });
      if (isDamage(error)) this.#replace(errorCode(error), nowMs);
    }
  }

  /** Does the work; when it finds the file damaged, once more on a new one. */
  #repairing<T>(nowMs: number, work: (store: RequestsStore) => T): T {
    try {
      return work(must(this.#store, 'open comes first'));
    } catch (error) {
      if (!isDamage(error)) throw error;
      return work(this.#replace(errorCode(error), nowMs));
    }
  }

  #replace(why: string, nowMs: number): RequestsStore {
    const { file } = must(this.#opened, 'open comes first');
    this.#sweep = null;
    this.#store?.close();
    const { store, warnings } = replaceLog({ file, nowMs, mark: null, newLogId: newLogId() }, why);
    this.#store = store;
    this.#post({ kind: 'replaced', logId: store.logId(), seenCount: store.seenCount() });
    for (const warning of warnings) this.#post({ kind: 'warning', warning });
    return store;
  }

  #startSweep(nowMs: number): void {
    this.#rowsSinceSweep = 0;
    if (this.#sweep !== null || this.#store === null) return;
    const { file } = must(this.#opened, 'open comes first');
    const retention = must(this.#retention, 'open comes first');
    const parts = { store: this.#store, retention, nowMs, walBytes: () => walBytes(file) };
    this.#sweep = sweepLog(parts);
    this.#stepSweep(this.#sweep, nowMs);
  }

  #stepSweep(sweep: Generator<void, void, void>, nowMs: number): void {
    if (this.#sweep !== sweep) return;
    try {
      if (sweep.next().done !== true) {
        setImmediate(() => {
          this.#stepSweep(sweep, nowMs);
        });
        return;
      }
    } catch (error) {
      if (isDamage(error)) this.#replace(errorCode(error), nowMs);
      else {
        const message = `Old requests could not be removed from the log (${errorCode(error) || String(error)}). It is tried again every minute; check the disk.`;
        this.#post({ kind: 'warning', warning: { code: 'LOG_NOT_TRIMMED', message } });
      }
    }
    this.#sweep = null;
  }

  #close(): void {
    this.#sweep = null;
    const store = this.#store;
    this.#store = null;
    try {
      // Losses that no batch carried would be forgotten here.
      store?.saveLost(must(this.#opened, 'open comes first').nowMs);
    } finally {
      store?.close();
      this.#post({ kind: 'closed' });
    }
  }
}

function newLogId(): string {
  return Buffer.from(randomBytes(9)).toString('base64url');
}

function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function toQueryError(error: unknown): QueryError {
  if (error instanceof AppError && (error.code === 'INVALID_INPUT' || error.code === 'RANGE_TOO_LARGE')) {
    return { code: error.code, message: error.message, field: error.fields?.[0]?.path ?? null };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message: `${errorCode(error)} ${message}`.trim(), field: null };
}
