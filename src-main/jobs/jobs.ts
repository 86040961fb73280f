import type { Actor } from '#contract/audit.ts';
import { jobId as jobIdSchema, type JobId, type TimestampMs } from '#contract/ids.ts';
import type { Job, JobKind, JobResult } from '#contract/jobs.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { AppError } from '#main/platform/app-error.ts';
import { randomBytes } from '#main/platform/random.ts';

/** Ended jobs that are remembered; the oldest are forgotten. */
export const JOBS_ENDED_MAX = 50;
/** Of one kind at the same time; more wait. */
const RUNNING_MAX = 2;
/** Waiting ones of one kind: more is somebody's mistake. */
const QUEUED_MAX = 20;
/** Progress is announced at most this often. */
const ANNOUNCE_MS = 250;

/** What work is given: when to stop, and how to tell how far it is. */
export interface JobTask {
  readonly jobId: JobId;
  /** Aborted when the job is cancelled: stop as soon as nothing is left half done, and throw `signal.reason`. */
  readonly signal: AbortSignal;
  /** Totals, not steps. `total` is null while nobody knows it. */
  readonly tell: (done: number, total: number | null) => void;
}

/** A job to be started. */
export interface JobRequest {
  readonly kind: JobKind;
  /** What it does, with its subject: `Replay of Warehouse sync, 7 days`. Never a secret. */
  readonly title: string;
  /** What is counted, in the plural. */
  readonly unit: string;
  readonly startedBy: Actor;
  /** Called when it is its turn. What it throws makes the job `failed`, or `cancelled` once `signal` is aborted. */
  readonly work: (task: JobTask) => Promise<JobResult>;
}

/** What the registry works with. */
export interface JobsParts {
  readonly nowMs: () => TimestampMs;
  readonly monotonicMs: () => number;
  /** Tells that the list has changed; called at most about four times a second. Must not throw. */
  readonly announce: () => void;
  /** Told of failures that are no refusals. */
  readonly onError: (jobId: JobId, error: unknown) => void;
}

interface Entry {
  job: Job;
  readonly work: JobRequest['work'];
  readonly abort: AbortController;
}

/** Long work of this process: runs it in the order it came, two of a kind at a time, and remembers how it went. */
export class Jobs {
  readonly #parts: JobsParts;
  /** Oldest first. */
  readonly #entries = new Map<JobId, Entry>();
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | null = null;
  #announcedAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(parts: JobsParts) {
    this.#parts = parts;
  }

  /** Starts a job, or lets it wait for others of its kind. Throws UNAVAILABLE when too many wait. */
  start(request: JobRequest): Job {
    const { kind, title, unit, startedBy, work } = request;
    if (this.#isClosed || this.#of(kind, 'queued').length >= QUEUED_MAX) {
      throw new AppError('UNAVAILABLE', 'Too much of this is waiting already. Cancel some of it first.');
    }
    const jobId = jobIdSchema.parse(`job_${randomBase62(JOB_ID_CHARACTERS, randomBytes)}`);
    const job: Job = {
      jobId,
      kind,
      title,
      state: 'queued',
      isCancelling: false,
      done: 0,
      total: null,
      unit,
      startedBy,
      startedAt: this.#parts.nowMs(),
      endedAt: null,
      result: null,
      problem: null,
    };
    const entry = { job, work, abort: new AbortController() };
    this.#entries.set(jobId, entry);
    this.#runNext(kind);
    this.#announceSoon();
    return entry.job;
  }

  /** Newest first. */
  list(): readonly Job[] {
    return [...this.#entries.values()].map(({ job }) => job).reverse();
  }

  /** Throws JOB_NOT_FOUND. */
  get(jobId: JobId): Job {
    return this.#entry(jobId).job;
  }

  /** Asks it to stop. A running one counts as cancelled once its work has stopped, and as done when it was done before.
   *  Throws JOB_NOT_FOUND, and WRONG_STATUS when it has ended. */
  cancel(jobId: JobId): Job {
    const entry = this.#entry(jobId);
    const { state } = entry.job;
    if (state !== 'queued' && state !== 'running') {
      throw new AppError('WRONG_STATUS', 'This has ended already: there is nothing left to cancel.');
    }
    if (state === 'queued') this.#end(entry, { state: 'cancelled' });
    else {
      entry.job = { ...entry.job, isCancelling: true };
      entry.abort.abort();
    }
    this.#announceSoon();
    return entry.job;
  }

  /** Cancels everything; resolves when all work has stopped. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { job, abort } of this.#entries.values()) if (job.endedAt === null) abort.abort();
    await Promise.all(this.#running);
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #entry(jobId: JobId): Entry {
    const entry = this.#entries.get(jobId);
    if (entry === undefined) {
      throw new AppError(
        'JOB_NOT_FOUND',
        'There is no such activity. It ended long ago, or before a restart.',
      );
    }
    return entry;
  }

  #of(kind: JobKind, state: Job['state']): readonly Entry[] {
    return [...this.#entries.values()].filter(({ job }) => job.kind === kind && job.state === state);
  }

  #runNext(kind: JobKind): void {
    if (this.#isClosed || this.#of(kind, 'running').length >= RUNNING_MAX) return;
    const [next] = this.#of(kind, 'queued');
    if (next === undefined) return;
    next.job = { ...next.job, state: 'running' };
    const running = this.#run(next).finally(() => {
      this.#running.delete(running);
      this.#runNext(kind);
    });
    this.#running.add(running);
  }

  async #run(entry: Entry): Promise<void> {
    const { abort, work } = entry;
    const { jobId } = entry.job;
    const tell = (done: number, total: number | null): void => {
      if (entry.job.endedAt !== null) return;
      entry.job = { ...entry.job, done, total };
      this.#announceSoon();
    };
    try {
      const result = await work({ jobId, signal: abort.signal, tell });
      this.#end(entry, { state: 'done', result });
    } catch (error) {
      if (abort.signal.aborted) this.#end(entry, { state: 'cancelled' });
      else {
        if (!(error instanceof AppError)) this.#parts.onError(jobId, error);
        this.#end(entry, { state: 'failed', problem: problemOf(jobId, error) });
      }
    }
  }

  #end(entry: Entry, how: Pick<Job, 'state'> & Partial<Pick<Job, 'result' | 'problem'>>): void {
    entry.job = { ...entry.job, ...how, isCancelling: false, endedAt: this.#parts.nowMs() };
    const ended = [...this.#entries.values()].filter(({ job }) => job.endedAt !== null);
    for (const { job } of ended.slice(0, -JOBS_ENDED_MAX)) this.#entries.delete(job.jobId);
    this.#announceSoon();
  }

  /** At once when the last announcement is long ago, else as soon as it is: the last change is always told. */
  #announceSoon(): void {
    if (this.#timer !== null || this.#isClosed) return;
    const sinceMs = this.#parts.monotonicMs() - this.#announcedAtMs;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#announcedAtMs = this.#parts.monotonicMs();
        this.#parts.announce();
      },
      Math.max(0, ANNOUNCE_MS - sinceMs),
    );
    this.#timer.unref();
  }
}

const JOB_ID_CHARACTERS = 16;

function problemOf(jobId: JobId, error: unknown): string {
  if (error instanceof AppError) return error.message;
  return `Something went wrong inside Latchkey. Try again; if it happens again, report the id ${jobId}.`;
}
