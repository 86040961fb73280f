import { errorCode } from '#main/platform/error-code.ts';
import { must } from '#main/platform/must.ts';
import { StartError } from '#main/platform/start-error.ts';
import { firstRowOf } from '#main/sqlite/requests-row-id.ts';
import type { AnswerSources, LongAnswers } from './answer-query.ts';
import { type IntakeStep, JournalIntake } from './journal-intake.ts';
import type { JournalLimit } from './journal-segments.ts';
import { isDamage, openLog, replaceLog, walBytes } from './open-log.ts';
import type { OpenedLog } from './open-log.ts';
import type {
  FromWorker,
  LogWarning,
  LostRows,
  OpenMessage,
  Question,
  RetentionSettings,
  ToWorker,
} from './requests-messages.ts';
import type { RequestsStore } from './requests-store.ts';
import { type QuestionParts, RunningQuestions } from './running-questions.ts';
import { sweepLog } from './sweep-log.ts';

/** Rows after which retention is looked at even before its minute: a busy log grows by a gigabyte in minutes. */
const SWEEP_ROWS = 50_000;
/** Spikes of keys that are told at once, the newest. */
const SPIKES_READ_MAX = 200;
/** Wait before a disk that refused is asked again. */
const RETRY_MS = 1_000;
/** Records stored one by one after a worker ended over one of them: as many as stood in its transaction at most. */
const SINGLY_RECORDS = 5_000;
/** Files up to this size are read through after each start, in the background: about a second a gigabyte. */
const CHECK_BYTES_MAX = 256 * 1024 * 1024;

/** The worker's side of the log: takes the journal in, answers questions, in the order of the messages; between them the steps
 *  of retention. */
export class LogWorker {
  readonly #post: (message: FromWorker) => void;
  readonly #questions: RunningQuestions;
  readonly #long: LongAnswers;
  #opened: OpenMessage | null = null;
  #store: RequestsStore | null = null;
  #intake: JournalIntake | null = null;
  #limit: JournalLimit | null = null;
  #nowMs = 0;
  #isTaking = false;
  #retry: NodeJS.Timeout | null = null;
  #retention: RetentionSettings | null = null;
  #sweep: Generator<void, void, void> | null = null;
  #rowsSinceSweep = 0;

  constructor(post: (message: FromWorker) => void, long: LongAnswers) {
    this.#post = post;
    this.#questions = new RunningQuestions(post);
    this.#long = long;
  }

  /** Throws only when the log cannot be opened at all: the thread ends then, and its owner starts it again later. */
  handle(message: ToWorker): void {
    switch (message.kind) {
      case 'open':
        this.#open(message);
        break;
      case 'advance':
        this.#limit = message.limit;
        this.#nowMs = message.nowMs;
        this.#takeSoon();
        break;
      case 'query':
        this.#takeAll();
        this.#answer(message.id, message.question, message.nowMs);
        break;
      case 'stop':
        this.#questions.stop(message.searchId);
        break;
      case 'cancel':
        this.#questions.cancel(message.id);
        break;
      case 'unreadable':
        if (this.#store !== null) this.#replace(message.why, message.nowMs);
        break;
      case 'configure':
        this.#retention = message.retention;
        break;
      case 'sweep':
        this.#startSweep(message.nowMs);
        break;
      case 'close':
        this.#close(message.lost);
        break;
    }
  }

  #open(message: OpenMessage): void {
    this.#opened = message;
    this.#retention = message.retention;
    this.#limit = message.limit;
    this.#nowMs = message.nowMs;
    const opened = this.#openFile(message);
    if (opened === null) return;
    const { store, warnings } = opened;
    this.#store = store;
    for (const warning of warnings) this.#post({ kind: 'warning', warning });
    this.#intake = this.#openIntake(message, store);
    this.#takeAll();
    this.#post({ kind: 'ready', position: this.#intake.position, restored: store.restoredUse() });
    setImmediate(() => {
      this.#checkContent(message.nowMs);
    });
  }

  #openIntake({ journal, runId, caution, limit, nowMs }: OpenMessage, store: RequestsStore): JournalIntake {
    const intake = new JournalIntake({
      folder: journal,
      runId,
      onTorn: () => {
        this.#post({ kind: 'warning', warning: TORN });
      },
      onDamaged: (segment) => {
        this.#post({ kind: 'warning', warning: DAMAGED });
        this.#post({ kind: 'damaged', segment });
      },
    });
    intake.open(store, caution === 'none' ? 0 : SINGLY_RECORDS);
    this.#post({ kind: 'opened', position: intake.position });
    if (caution === 'skip') intake.skip(store, limit, nowMs);
    return intake;
  }

  /** null when a newer version wrote the file; the owner is told, and decides. An error would lose its exit code between threads. */
  #openFile(message: OpenMessage): OpenedLog | null {
    try {
      return openLog(message);
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

  /** Messages that wait come first: a question is not kept waiting by more than one transaction that it did not ask for. */
  #takeSoon(): void {
    if (this.#isTaking) return;
    this.#isTaking = true;
    setImmediate(() => {
      this.#isTaking = false;
      if (this.#store !== null && this.#take().kind === 'stored') this.#takeSoon();
    });
  }

  #takeAll(): void {
    while (this.#store !== null && this.#take().kind === 'stored');
  }

  /** One step into the log; when the file turns out to be damaged, into a new one. */
  #take(): IntakeStep {
    const intake = must(this.#intake, 'open comes first');
    let step: IntakeStep;
    try {
      step = intake.step(must(this.#store, 'open comes first'), this.#limit, this.#nowMs);
    } catch (error) {
      if (!isDamage(error)) throw error;
      step = intake.step(this.#replace(errorCode(error), this.#nowMs), this.#limit, this.#nowMs);
    }
    if (step.kind === 'stored') {
      this.#post({ kind: 'stored', position: step.position, replies: step.replies });
      this.#rowsSinceSweep += step.rows;
      if (this.#rowsSinceSweep >= SWEEP_ROWS) this.#startSweep(this.#nowMs);
    } else if (step.kind === 'stuck') {
      this.#post({ kind: 'stuck', why: step.why });
      this.#retryLater();
    }
    return step;
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.#takeSoon();
    }, RETRY_MS);
  }

  #answer(id: number, question: Question, nowMs: number): void {
    const answer = (parts: QuestionParts): Promise<unknown> => {
      const { file } = must(this.#opened, 'open comes first');
      const store = must(this.#store, 'open comes first');
      return this.#answerOf({ ...parts, store, nowMs, walBytes: () => walBytes(file), pause }, question);
    };
    void this.#questions.run(id, answer, (error) => {
      if (isDamage(error)) this.#replace(errorCode(error), nowMs);
    });
  }

  /** What people's questions need, a third of this thread's memory, is loaded with the first of them; what the server itself asks at
   *  each start needs none. */
  async #answerOf(sources: AnswerSources, question: Question): Promise<unknown> {
    const { store } = sources;
    if (question.name === 'log.settled') return store.rowCount;
    if (question.name === 'stats') return store.stats(sources.walBytes(), sources.nowMs);
    if (question.name === 'requests.granted' && !hasRowsFrom(store, question.input.from)) return [];
    if (question.name === 'spikes.list') return store.db.spikes.list(question.input.fromMs, SPIKES_READ_MAX);
    if (question.name === 'spikes.look') {
      const { findSpikes } = await import('./find-spikes.ts');
      return findSpikes(store, sources.nowMs, pause);
    }
    const { answerQuery } = await import('./answer-query.ts');
    return answerQuery(sources, question, this.#long);
  }

  #replace(why: string, nowMs: number): RequestsStore {
    const { file } = must(this.#opened, 'open comes first');
    this.#sweep = null;
    this.#store?.close();
    const { store, warnings } = replaceLog({ file, nowMs }, why);
    this.#store = store;
    // What is still in the journal comes into the new file too, although the old one had some of it.
    this.#intake?.open(store);
    this.#takeSoon();
    this.#post({ kind: 'replaced' });
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

  #close(lost: readonly LostRows[]): void {
    this.#sweep = null;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#takeAll();
    const store = this.#store;
    this.#store = null;
    const isAllStored = store !== null && this.#intake?.isAtEnd(this.#limit) === true;
    try {
      for (const { reason, count } of lost) store?.addLost(reason, count);
      store?.saveLost(this.#nowMs);
    } finally {
      store?.close();
      if (isAllStored) this.#intake?.removeAll();
      else this.#intake?.close();
      this.#post({ kind: 'closed' });
    }
  }
}

const TORN: LogWarning = {
  code: 'LOG_UNCLEAN_STOP',
  message:
    'The program did not stop cleanly, and the end of its journal of requests is not whole. After a crash of the program that is nothing that was answered; after a power failure some of the last requests may be missing from the log.',
};
const DAMAGED: LogWarning = {
  code: 'LOG_JOURNAL_DAMAGED',
  message:
    'A part of the journal of requests could not be read. The requests in it are missing from the log, and they are counted. Check the disk.',
};

function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Is there a row of this moment, ms UTC, or a later one? */
function hasRowsFrom(store: RequestsStore, atMs: number): boolean {
  return (store.db.rows.newestId() ?? 0) >= firstRowOf(atMs);
}
