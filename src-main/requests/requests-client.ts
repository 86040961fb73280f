import type { Worker } from 'node:worker_threads';
import type { KeyId, ServiceId } from '#contract/ids.ts';
import type { LogEntry, LogResponse } from '#contract/verify.ts';
import type { Clock } from '#main/platform/clock.ts';
import { StartError } from '#main/platform/start-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import type { DecisionRow, DecisionSink } from './decision-row.ts';
import { BATCH_ROWS, LogQueue } from './log-queue.ts';
import type {
  FromWorker,
  KeyDescription,
  LogStats,
  LogWarning,
  Question,
  ReadyMessage,
  RequestsQueries,
  RequestsQueryName,
  RestoredUse,
  RetentionSettings,
  WorkerStats,
} from './requests-messages.ts';
import { RequestsMark } from './requests-mark.ts';
import { logIsDown, WorkerLink } from './worker-link.ts';

/** Longest time that a decision waits for its batch. */
const FLUSH_MS = 100;
/** A service waits for the answer to its report: short, but long enough to gather several. */
const REPORT_FLUSH_MS = 5;
/** Appended rows are announced at most this often. */
const CHANGE_MS = 1_000;
const SWEEP_MS = 60_000;
const START_MS_MAX = 5_000;
const STATS_MS_MAX = 1_000;
const CLOSE_MS_MAX = 2_000;
const NOTHING_RESTORED: RestoredUse = { quotas: [], keys: [], services: [] };
const NO_STATS: WorkerStats = { lostByReason: [], rowCount: 0, sizeBytes: 0, oldestAt: null };

/** What the client of the log needs. */
export interface RequestsClientOptions {
  /** Starts requests-worker as it is called in this host. */
  readonly createWorker: () => Worker;
  /** Path of requests.db; `requests.mark` is kept beside it. */
  readonly file: string;
  readonly clock: Clock;
  readonly retention: RetentionSettings;
  /** Whose key it is, for reports of requests verified elsewhere; null when unknown. */
  readonly findKey: (keyId: KeyId) => KeyDescription | null;
  readonly findServiceName: (serviceId: ServiceId) => string | null;
  /** The log was opened for the first time: what it kept. Comes after `start` has resolved when the log was slow to open. */
  readonly onRestored?: (restored: RestoredUse) => void;
  /** Rows were added, or the state of the log changed; at most once a second. */
  readonly onChange: () => void;
  /** The worker ended and is started again. */
  readonly onDown: (error: unknown) => void;
}

/** The log as the main thread sees it. */
export class RequestsClient implements DecisionSink {
  readonly #options: RequestsClientOptions;
  readonly #link: WorkerLink;
  readonly #queue: LogQueue;
  readonly #mark: RequestsMark;
  readonly #sessionId = Buffer.from(randomBytes(12)).toString('base64url');
  readonly #warnings = new Map<string, LogWarning>();
  #retention: RetentionSettings;
  #isReady = false;
  /** Called with null when the log is open, with an error when it must not be; null once it was called. */
  #onFirstReady: ((refusal: StartError | null) => void) | null = null;
  #restored = NOTHING_RESTORED;
  #stats = NO_STATS;
  #flush: { readonly timer: NodeJS.Timeout; readonly ms: number } | null = null;
  #change: NodeJS.Timeout | null = null;
  #sweep: NodeJS.Timeout | null = null;

  constructor(options: RequestsClientOptions) {
    this.#options = options;
    this.#retention = options.retention;
    this.#mark = new RequestsMark(options.file.replace(/(\.db)?$/, '.mark'));
    this.#queue = new LogQueue(this.#mark);
    const mark = this.#mark.read();
    this.#link = new WorkerLink({
      createWorker: options.createWorker,
      openMessage: () => ({
        kind: 'open',
        file: options.file,
        nowMs: options.clock.nowMs(),
        sessionId: this.#sessionId,
        // Only the run before this one can have left a gap: after a crash of the worker everything unwritten is sent again.
        mark: this.#onFirstReady === null ? null : mark,
        retention: this.#retention,
      }),
      onMessage: (message) => {
        this.#receive(message);
      },
      onDown: (error) => {
        // A worker that could not even open the log was not brought down by what is in the queue.
        if (this.#isReady) this.#queue.workerEnded();
        this.#isReady = false;
        options.onDown(error);
        this.#announceSoon();
      },
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

  /** Takes a decision for the log. Some hundred ns; never throws. Dropped and counted when the queue is full. */
  record(row: DecisionRow): void {
    if (this.#queue.add(row) >= BATCH_ROWS) this.#send();
    else if (this.#flush === null) this.#sendWithin(FLUSH_MS);
  }

  whenRecorded(send: () => void): void {
    send();
  }

  /** Takes the reports of a service; resolves when they are in the file. Reports of decisions recorded before always find them.
   *  Throws UNAVAILABLE when the log cannot take them; they can be sent again then. */
  async report(serviceId: ServiceId, entries: readonly LogEntry[]): Promise<LogResponse> {
    if (!this.#isReady) throw logIsDown();
    const report = {
      serviceId,
      service: this.#options.findServiceName(serviceId) ?? serviceId,
      atMs: this.#options.clock.nowMs(),
      entries: entries.map((entry) => ({ entry, key: this.#keyOf(entry) })),
    };
    const answer = this.#queue.addReport(report);
    this.#sendWithin(REPORT_FLUSH_MS);
    return answer;
  }

  /** Answers from the worker. Decisions recorded before are seen. Throws AppError: UNAVAILABLE while the worker is not running,
   *  and what the question itself is refused with. */
  async query<Name extends RequestsQueryName>(
    name: Name,
    input: RequestsQueries[Name]['input'],
  ): Promise<RequestsQueries[Name]['output']> {
    if (!this.#isReady) throw logIsDown();
    this.#send();
    const question = { name, input } as Question;
    const nowMs = this.#options.clock.nowMs();
    const answer = await this.#link.ask((id) => ({ kind: 'query', id, nowMs, question }));
    return answer as RequestsQueries[Name]['output'];
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
    if (this.#isReady) {
      const late = new Promise<null>((resolve) => setTimeout(resolve, STATS_MS_MAX, null).unref());
      // A worker that ends while it is asked is told by the state, not by an error.
      const asked = this.query('stats', null).catch(() => null);
      this.#stats = (await Promise.race([asked, late])) ?? this.#stats;
    }
    const lost = this.#queue.lostWith(this.#stats.lostByReason);
    return {
      ...this.#stats,
      state: this.state,
      queuedRows: this.#queue.length,
      lostRows: lost.reduce((sum, { count }) => sum + count, 0),
      lostByReason: lost,
    };
  }

  /** `degraded` = the last batch was refused, or rows are being dropped; `down` = no worker. Verification goes on in each. */
  get state(): LogStats['state'] {
    if (!this.#isReady) return 'down';
    return this.#queue.isStruggling ? 'degraded' : 'ok';
  }

  /** Rows that wait to be written. */
  get queuedRows(): number {
    return this.#queue.length;
  }

  /** What an operator should know, since the start. */
  warnings(): readonly LogWarning[] {
    const known = [...this.#warnings.values()];
    if (this.state === 'ok') return known;
    const message =
      this.state === 'down'
        ? 'The request log is not running; it is started again. Verification goes on, and requests that are not logged are counted.'
        : `Requests are missing from the log (${this.#queue.trouble}). Verification goes on, and they are counted. Check the disk.`;
    return [{ code: this.state === 'down' ? 'LOG_DOWN' : 'LOG_DEGRADED', message }, ...known];
  }

  /** Writes what is queued and ends the worker; within CLOSE_MS_MAX. */
  async close(): Promise<void> {
    for (const timer of [this.#change, this.#sweep]) if (timer !== null) clearTimeout(timer);
    if (this.#isReady) this.#send();
    if (this.#flush !== null) clearTimeout(this.#flush.timer);
    const finished = await this.#link.close(CLOSE_MS_MAX);
    this.#isReady = false;
    if (finished) this.#queue.settleMark();
    this.#queue.failReports();
    this.#mark.close();
  }

  #keyOf(entry: LogEntry): KeyDescription | null {
    if (entry.requestId !== undefined || entry.keyId === undefined) return null;
    return this.#options.findKey(entry.keyId);
  }

  #sendWithin(ms: number): void {
    if (this.#flush !== null && this.#flush.ms <= ms) return;
    if (this.#flush !== null) clearTimeout(this.#flush.timer);
    const timer = setTimeout(() => {
      this.#send();
    }, ms);
    this.#flush = { timer, ms };
  }

  #send(): void {
    if (this.#flush !== null) clearTimeout(this.#flush.timer);
    this.#flush = null;
    if (!this.#isReady) return;
    const nowMs = this.#options.clock.nowMs();
    for (const batch of this.#queue.take()) this.#link.post({ kind: 'batch', batch, nowMs });
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.#becomeReady(message);
        break;
      case 'written':
        this.#link.isWell();
        this.#queue.written(message.sequence, message.replies);
        this.#announceSoon();
        break;
      case 'refused':
        this.#queue.refused(message.sequence, message.why);
        this.#announceSoon();
        break;
      case 'replaced':
        this.#queue.follow(message.logId, message.seenCount);
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

  #becomeReady({ logId, seenCount, lastSequence, restored }: ReadyMessage): void {
    const nowMs = this.#options.clock.nowMs();
    this.#isReady = true;
    const again = this.#queue.workerReady({ logId, seenCount, lastSequence });
    for (const batch of again) this.#link.post({ kind: 'batch', batch, nowMs });
    this.#send();
    if (this.#onFirstReady === null) return;
    this.#restored = restored;
    this.#options.onRestored?.(restored);
    this.#link.post({ kind: 'sweep', nowMs });
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
