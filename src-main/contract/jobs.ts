import { z } from 'zod';
import { actor } from './audit.ts';
import { jobId, timestampMs } from './ids.ts';
import { command, query } from './procedure.ts';

/** Kinds of work that goes on after the call that began it. */
export const JOB_KINDS = ['replay', 'export', 'backup', 'import', 'bulk', 'vacuum'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export const JOB_STATES = ['queued', 'running', 'done', 'cancelled', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What a finished job has to show. Larger results are asked for by their own procedures. */
export const jobResult = z
  .object({
    /** One sentence, for example `3 of 1,204 requests would be decided otherwise.` */
    text: z.string(),
    /** The screen that shows it, a path of this program such as `/keys/k7Qd2mX9pR4t/scopes`; null when there is none. */
    page: z.string().nullable(),
    /** Where its file can be fetched, a path of the admin listener; null when there is no file. */
    file: z.string().nullable(),
  })
  .readonly();
export type JobResult = z.infer<typeof jobResult>;

/** One piece of long work. Kept in memory: a restart of the program ends it and forgets it. */
export const job = z
  .object({
    jobId,
    kind: z.enum(JOB_KINDS),
    title: z.string(),
    state: z.enum(JOB_STATES),
    /** Somebody asked to cancel it and it has not stopped yet. */
    isCancelling: z.boolean(),
    done: z.int(),
    /** null = nobody knows how much there is. */
    total: z.int().nullable(),
    /** What `done` and `total` count, in the plural: `requests`, `bytes`, `keys`. */
    unit: z.string(),
    startedBy: actor,
    /** When it was asked for; it may have waited for others since. */
    startedAt: timestampMs,
    endedAt: timestampMs.nullable(),
    /** null unless the state is `done`. */
    result: jobResult.nullable(),
    /** Why it failed, as a sentence; null unless the state is `failed`. */
    problem: z.string().nullable(),
  })
  .readonly();
export type Job = z.infer<typeof job>;

export const jobProcedures = {
  /** Newest first: all that wait or run, and the last JOBS_ENDED_MAX that have ended since the start. */
  'jobs.list': query('viewer', z.strictObject({}), z.object({ items: z.array(job).readonly() })),
  /** Asks a job to stop, and takes one that waits out of the queue. Whoever started it may, and admins. */
  'jobs.cancel': command('viewer', z.strictObject({ jobId }), job, ['JOB_NOT_FOUND', 'WRONG_STATUS']),
} as const;
