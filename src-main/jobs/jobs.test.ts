import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jobId as jobIdSchema, timestampMs } from '#contract/ids.ts';
import type { JobKind, JobResult } from '#contract/jobs.ts';
import { AppError } from '#main/platform/app-error.ts';
import { Jobs, JOBS_ENDED_MAX, type JobTask } from './jobs.ts';

const ACTOR = { kind: 'token', id: 'tok_1', name: 'Night job' } as const;
const RESULT: JobResult = { text: 'Done.', page: '/keys', file: null };

interface Work {
  readonly task: JobTask;
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

let announced: number;
let errors: unknown[];
let jobs: Jobs;

beforeEach(() => {
  announced = 0;
  errors = [];
  jobs = new Jobs({
    nowMs: () => timestampMs.parse(Date.now()),
    monotonicMs: () => performance.now(),
    announce: () => (announced += 1),
    onError: (_jobId, error) => errors.push(error),
  });
});
afterEach(() => jobs.close());

/** Starts jobs whose work the test ends by hand; answers what began, in the order of its beginning. */
function startMany(count: number, kind: JobKind = 'export'): Work[] {
  const begun: Work[] = [];
  for (let number = 0; number < count; number += 1) {
    jobs.start({
      kind,
      title: `Export ${String(number)}`,
      unit: 'requests',
      startedBy: ACTOR,
      work: (task) =>
        new Promise((resolve, reject) => {
          task.signal.addEventListener('abort', () => {
            reject(task.signal.reason as Error);
          });
          begun.push({ task, finish: () => resolve(RESULT), fail: reject });
        }),
    });
  }
  return begun;
}

const states = () => jobs.list().map(({ state }) => state);

describe('the queue', () => {
  it('lets two of a kind run and the third wait until one has ended, in the order in which they came', async () => {
    const begun = startMany(3);
    startMany(1, 'backup');
    expect(states()).toEqual(['running', 'queued', 'running', 'running']);
    begun[0]?.finish();
    await vi.waitFor(() => expect(begun).toHaveLength(3));
    expect(states()).toEqual(['running', 'running', 'running', 'done']);
    expect(jobs.list().at(-1)).toMatchObject({ title: 'Export 0', result: RESULT, problem: null });
  });

  it('refuses when twenty of a kind wait', () => {
    startMany(22);
    expect(() => startMany(1)).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }) as Error);
    expect(jobs.list()).toHaveLength(22);
  });

  it('remembers the last fifty that ended and forgets no running one', async () => {
    const [first] = startMany(1);
    for (let number = 0; number < JOBS_ENDED_MAX + 5; number += 1) {
      const [work] = startMany(1);
      work?.finish();
      await vi.waitFor(() => expect(jobs.list()[0]?.state).toBe('done'));
    }
    expect(jobs.list()).toHaveLength(JOBS_ENDED_MAX + 1);
    expect(jobs.list().at(-1)?.state).toBe('running');
    first?.finish();
  });
});

describe('cancelling', () => {
  it('takes a waiting job out of the queue, so that its work never begins', async () => {
    const begun = startMany(3);
    const waiting = jobs.list()[0];
    expect(jobs.cancel(jobIdSchema.parse(waiting?.jobId)).state).toBe('cancelled');
    begun[0]?.finish();
    begun[1]?.finish();
    await vi.waitFor(() => expect(states()).toEqual(['cancelled', 'done', 'done']));
    expect(begun).toHaveLength(2);
  });

  it('counts a running job as cancelled only once its work has stopped', async () => {
    const [work] = startMany(1);
    const jobId = jobIdSchema.parse(jobs.list()[0]?.jobId);
    expect(jobs.cancel(jobId)).toMatchObject({ state: 'running', isCancelling: true, endedAt: null });
    expect(work?.task.signal.aborted).toBe(true);
    await vi.waitFor(() => expect(states()).toEqual(['cancelled']));
    expect(jobs.get(jobId)).toMatchObject({ isCancelling: false, problem: null, result: null });
    expect(() => jobs.cancel(jobId)).toThrow(expect.objectContaining({ code: 'WRONG_STATUS' }) as Error);
    expect(errors).toEqual([]);
  });

  it('knows no job that was never started', () => {
    const never = jobIdSchema.parse('job_0000000000000000');
    expect(() => jobs.cancel(never)).toThrow(expect.objectContaining({ code: 'JOB_NOT_FOUND' }) as Error);
  });

  it('stops all work when the program closes', async () => {
    const begun = startMany(3);
    await jobs.close();
    expect(begun.map(({ task }) => task.signal.aborted)).toEqual([true, true]);
    expect(states()).toEqual(['queued', 'cancelled', 'cancelled']);
  });
});

describe('failure and progress', () => {
  it('a refusal is told word for word, and anything else as an id and to the log', async () => {
    const begun = startMany(2);
    begun[0]?.fail(new AppError('RANGE_TOO_LARGE', 'Choose a shorter range.'));
    begun[1]?.fail(new Error('lk_live_secret in a message'));
    await vi.waitFor(() => expect(states()).toEqual(['failed', 'failed']));
    const [second, first] = jobs.list();
    expect(first?.problem).toBe('Choose a shorter range.');
    expect(second?.problem).toContain(second?.jobId);
    expect(second?.problem).not.toContain('secret');
    expect(errors).toHaveLength(1);
  });

  it('is announced at most about four times a second, and the last state is always told', async () => {
    const [work] = startMany(1);
    for (let done = 1; done <= 300; done += 1) {
      work?.task.tell(done, 300);
      await sleep(1);
    }
    work?.finish();
    await vi.waitFor(() => expect(jobs.list()[0]).toMatchObject({ state: 'done', done: 300, total: 300 }));
    const before = announced;
    await sleep(300);
    expect(announced).toBeLessThanOrEqual(5);
    expect(announced).toBe(before + 1);
  });
});
