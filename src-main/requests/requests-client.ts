import { existsSync } from 'node:fs';
import type { ServiceId } from '#contract/ids.ts';
import type { LogEntry, LogResponse } from '#contract/verify.ts';
import { StartError } from '#main/platform/start-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import { addUpLost } from './add-up-lost.ts';
import { DecisionJournal } from './decision-journal.ts';
import type { DecisionRow, DecisionSink } from './decision-row.ts';
import { EndedWorkers } from './ended-workers.ts';
import { JournalTeller } from './journal-teller.ts';
import { LongQuestions } from './long-questions.ts';
import type { JournalLimit, JournalPosition } from './journal-segments.ts';
import type { RequestsClientOptions } from './requests-client-options.ts';
import type {
  FromWorker,
  KeyDescription,
  LogStats,
  LogWarning,
  OpenMessage,
  ReadyMessage,
  RequestsQueries,
  RequestsQueryName,
  RestoredUse,
  RetentionSettings,
  WorkerStats,
} from './requests-messages.ts';
import type { LongQuestion } from './waiting-answers.ts';
import { refusedWhole, WaitingReports } from './waiting-reports.ts';
import { logIsDown, WorkerLink } from './worker-link.ts';

/** Until the worker hears of a decision in the journal, unless it is still storing: each time is a commit, with a flush to the disk. */
const TELL_MS = 100;
/** A service waits for the answer to its report: short, but long enough to gather several. */
const TELL_REPORT_MS = 5;
/** Appended rows are announced at most this often. */
const CHANGE_MS = 1_000;
const SWEEP_MS = 60_000;
const START_MS_MAX = 5_000;
const STATS_MS_MAX = 1_000;
const CLOSE_MS_MAX = 2_000;
const NOTHING_RESTORED: RestoredUse = { quotas: [], windows: [], keys: [], services: [] };
const NO_STATS: WorkerStats = { lostByReason: [], rowCount: 0, sizeBytes: 0, oldestAt: null, quotaDrift: [] };

/** The log as the main thread sees it: decisions and reports go into the journal, the worker takes them from there. */
export class RequestsClient implements DecisionSink {
  readonly #options: RequestsClientOptions;
  readonly #link: WorkerLink;
  readonly #long: LongQuestions;
  readonly #journal: DecisionJournal;
  readonly #journalFolder: string;
  readonly #runId = Buffer.from(randomBytes(9)).toString('base64url');
  readonly #teller: JournalTeller;
  readonly #reports = new WaitingReports();
  readonly #ended = new EndedWorkers();
  readonly #warnings = new Map<string, LogWarning>();
  readonly #hadLog: boolean;
  #retention: RetentionSettings;
  /** What the worker is about: it opens the file, takes in what is left over, is ready. */
  #worker: 'down' | 'opened' | 'ready' = 'down';
  #position: JournalPosition | null = null;
  /** Why the worker cannot store; null when it can. */
  #stuck: string | null = null;
  /** Called with null when the log is open, with an error when it must not be; null once it was called. */
  #onFirstReady: ((refusal: StartError | null) => void) | null = null;
  #restored = NOTHING_RESTORED;
  #stats = NO_STATS;
  #change: NodeJS.Timeout | null = null;
  #sweep: NodeJS.Timeout | null = null;

  constructor(options: RequestsClientOptions) {
    this.#options = options;
    this.#retention = options.retention;
    this.#journalFolder = options.file.replace(/(\.db)?$/, '.journal');
    this.#hadLog = existsSync(this.#journalFolder);
    this.#journal = new DecisionJournal({
      folder: this.#journalFolder,
      runId: this.#runId,
      clock: options.clock,
      ...(options.journalBytesMax === undefined ? {} : { bytesMax: options.journalBytesMax }),
      onWritten: () => {
        this.#teller.tellWithin(TELL_MS);
      },
    });
    const advance = (limit: JournalLimit): boolean => {
      if (this.#worker !== 'ready') return false;
      this.#link.post({ kind: 'advance', limit, nowMs: options.clock.nowMs() });
      return true;
    };
    this.#teller = new JournalTeller(this.#journal, advance, options.clock.monotonicMs);
    this.#link = new WorkerLink({
      createWorker: options.createWorker,
      openMessage: () => this.#openMessage(),
      onMessage: (message) => {
        this.#receive(message);
      },
      onDown: (error) => {
        // A worker that could not even open the log was not brought down by what is in the journal.
        if (this.#worker === 'opened' || (this.#worker === 'ready' && this.#teller.isBehind)) {
          this.#ended.ended(this.#position);
        }
        this.#worker = 'down';
        // Nobody reads a file that another one may take the place of.
        void this.#long.end();
        options.onDown(error);
        this.#announceSoon();
      },
    });
    this.#long = new LongQuestions((make, long) => this.#link.ask(make, long), {
      createWorker: options.createReader ?? options.createWorker,
      file: options.file,
      idleMs: options.readerIdleMs,
      onUnreadable: (why) => {
        this.#link.post({ kind: 'unreadable', why, nowMs: options.clock.nowMs() });
      },
      onDown: options.onReaderDown,
    });
  }

  /** Starts the worker. Resolves when the log is open, or without it after START_MS_MAX: verification does not wait for its
   *  log. Throws StartError(4) when a newer version of the program wrote the log; the worker is ended then. */
  async start(): Promise<void> {
    const refusal = await new Promise<StartError | null>((resolve) => {
      const timer = setTimeout(resolve, START_MS_MAX, null);
      this.#onFirstReady = (told) => {
        clearTimeout(timer);
        resolve(told);
      };
      this.#link.start();
    });
    if (refusal !== null) {
      await this.close();
      throw refusal;
    }
    this.#sweep = setInterval(() => {
      this.#link.post({ kind: 'sweep', nowMs: this.#options.clock.nowMs() });
    }, SWEEP_MS);
    this.#sweep.unref();
  }

  /** Quota counters and last uses as they were in the file at the start. */
  get restored(): RestoredUse {
    return this.#restored;
  }

  /** Takes a decision for the log. Some hundred ns; never throws. Dropped and counted when too many wait for the log. */
  record(row: DecisionRow): void {
    this.#journal.record(row);
  }

  whenRecorded(send: () => void): void {
    this.#journal.whenRecorded(send);
  }

  /** Takes the reports of a service; resolves when they are in the file. Reports of decisions recorded before always find them.
   *  Throws UNAVAILABLE when the log cannot take them; they can be sent again then. */
  async report(serviceId: ServiceId, entries: readonly LogEntry[]): Promise<LogResponse> {
    if (this.#worker !== 'ready') throw logIsDown();
    const report = {
      serviceId,
      service: this.#options.findServiceName(serviceId) ?? serviceId,
      atMs: this.#options.clock.nowMs(),
      entries: entries.map((entry) => ({ entry, key: this.#keyOf(entry) })),
    };
    const taken = this.#journal.report(report);
    if (taken === 'failed') throw logIsDown();
    if (taken === 'full') return refusedWhole(report);
    const answer = this.#reports.answerTo(taken.number, taken.limit);
    this.#teller.tellWithin(TELL_REPORT_MS);
    return answer;
  }

  /** Answers from the worker. Decisions recorded before are seen. Throws AppError: UNAVAILABLE while the worker is not running,
   *  and what the question itself is refused with; the reason of `long.signal` when it is aborted. */
  async query<Name extends RequestsQueryName>(
    name: Name,
    input: RequestsQueries[Name]['input'],
    long: LongQuestion = {},
  ): Promise<RequestsQueries[Name]['output']> {
    if (this.#worker !== 'ready') throw logIsDown();
    this.#journal.flush();
    this.#teller.tellNow();
    return this.#long.ask(name, input, { ...long, nowMs: this.#options.clock.nowMs() });
  }

  /** Ends a search by the name that its caller gave it: it answers with what it has. */
  stopSearch(searchId: string): void {
    this.#link.post({ kind: 'stop', searchId });
    this.#long.stop(searchId);
  }

  /** New limits; the next sweep, at once, goes by them. */
  configure(retention: RetentionSettings): void {
    const { requestRetentionDays, requestStoreMbMax, minuteRollupDays, hourRollupDays } = retention;
    this.#retention = { requestRetentionDays, requestStoreMbMax, minuteRollupDays, hourRollupDays };
    this.#link.post({ kind: 'configure', retention: this.#retention });
    this.#link.post({ kind: 'sweep', nowMs: this.#options.clock.nowMs() });
  }

  /** Figures for system.status; the last known ones when the worker does not answer within a second. */
  async stats(): Promise<LogStats> {
    if (this.#worker === 'ready') {
      const late = new Promise<null>((resolve) => setTimeout(resolve, STATS_MS_MAX, null).unref());
      // A worker that ends while it is asked is told by the state, not by an error.
      const asked = this.query('stats', null).catch(() => null);
      this.#stats = (await Promise.race([asked, late])) ?? this.#stats;
    }
    const lost = addUpLost([...this.#stats.lostByReason, ...this.#journal.lost()]);
    return {
      ...this.#stats,
      state: this.state,
      queuedRows: this.queuedRows,
      journalLagMs: this.#teller.lagMs,
      lostRows: lost.reduce((sum, { count }) => sum + count, 0),
      lostByReason: lost,
    };
  }

  /** `degraded` = decisions are not safe, are being dropped, or cannot be stored; `down` = no worker. Verification goes on in each. */
  get state(): LogStats['state'] {
    if (this.#worker !== 'ready') return 'down';
    return this.#trouble === null ? 'ok' : 'degraded';
  }

  /** Decisions that are not in the log yet. */
  get queuedRows(): number {
    return this.#journal.written.rows + this.#journal.heldRows - this.#teller.storedRows;
  }

  /** What an operator should know, since the start. */
  warnings(): readonly LogWarning[] {
    const known = [...this.#warnings.values()];
    if (this.state === 'ok') return known;
    const message =
      this.state === 'down'
        ? 'The request log is not running; it is started again. Verification goes on, and requests are kept in the journal until then.'
        : `The request log has trouble (${this.#trouble ?? ''}). Verification goes on; requests that cannot be kept are counted. Check the disk.`;
    return [{ code: this.state === 'down' ? 'LOG_DOWN' : 'LOG_DEGRADED', message }, ...known];
  }

  /** Has the journal taken in and ends the worker; within CLOSE_MS_MAX. What is not in the log then is taken in at the next start. */
  async close(): Promise<void> {
    for (const timer of [this.#change, this.#sweep]) if (timer !== null) clearTimeout(timer);
    const lost = this.#journal.close();
    this.#teller.tellNow();
    // First: whoever closes the file last leaves it in one piece.
    await this.#long.close();
    await this.#link.close(CLOSE_MS_MAX, lost);
    this.#worker = 'down';
    this.#reports.failAll();
  }

  get #trouble(): string | null {
    return this.#journal.trouble ?? this.#stuck;
  }

  #openMessage(): OpenMessage {
    return {
      kind: 'open',
      file: this.#options.file,
      journal: this.#journalFolder,
      runId: this.#runId,
      limit: this.#teller.tellAtOpen(),
      caution: this.#ended.caution(),
      nowMs: this.#options.clock.nowMs(),
      hadLog: this.#onFirstReady !== null && this.#hadLog,
      retention: this.#retention,
    };
  }

  #keyOf(entry: LogEntry): KeyDescription | null {
    if (entry.requestId !== undefined || entry.keyId === undefined) return null;
    return this.#options.findKey(entry.keyId);
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'opened':
        this.#worker = 'opened';
        this.#position = message.position;
        break;
      case 'ready':
        this.#becomeReady(message);
        break;
      case 'stored':
        this.#link.isWell();
        this.#stuck = null;
        this.#reach(message.position);
        this.#reports.answered(message.replies);
        this.#announceSoon();
        break;
      case 'stuck':
        this.#stuck = message.why;
        this.#announceSoon();
        break;
      case 'damaged':
        this.#journal.beginSegment(message.segment);
        break;
      case 'replaced':
        void this.#long.end();
        this.#announceSoon();
        break;
      case 'warning':
        this.#warnings.set(message.warning.code, message.warning);
        break;
      case 'newer':
        // Later than at the start somebody has put another file in its place: the log stays down and says why.
        this.#warnings.set('LOG_NEWER', { code: 'LOG_NEWER', message: message.message });
        this.#onFirstReady?.(new StartError(4, message.message));
        this.#onFirstReady = null;
        break;
      default:
        break;
    }
  }

  #reach(position: JournalPosition): void {
    this.#position = position;
    this.#teller.reached(position);
  }

  #becomeReady({ position, restored }: ReadyMessage): void {
    this.#worker = 'ready';
    if (position !== null) {
      this.#reach(position);
      this.#reports.foundAt(position);
    }
    this.#teller.tellNow();
    if (this.#onFirstReady === null) return;
    this.#restored = restored;
    this.#options.onRestored?.(restored);
    this.#link.post({ kind: 'sweep', nowMs: this.#options.clock.nowMs() });
    this.#onFirstReady(null);
    this.#onFirstReady = null;
  }

  #announceSoon(): void {
    this.#change ??= setTimeout(() => {
      this.#change = null;
      this.#options.onChange();
    }, CHANGE_MS);
  }
}
