import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Actor } from '#contract/audit.ts';
import type { Job } from '#contract/jobs.ts';
import { timestampMs } from '#contract/ids.ts';
import { createClock } from '#main/platform/clock.ts';
import { Jobs } from '#main/jobs/jobs.ts';
import { createTestWorld, type TestWorld } from './test-world.ts';

const VIEWER: Actor = { kind: 'token', id: 'tok_of_viewer', name: 'The viewer' };
const ISSUER: Actor = { kind: 'token', id: 'tok_of_issuer', name: 'The issuer' };

let jobs: Jobs;
let world: TestWorld;

beforeEach(() => {
  jobs = new Jobs({
    nowMs: () => timestampMs.parse(Date.now()),
    monotonicMs: createClock().monotonicMs,
    announce: () => undefined,
    onError: () => undefined,
  });
  world = createTestWorld(() => ({ jobs }));
});
afterEach(async () => {
  await jobs.close();
  world.close();
});

/** A job that runs until it is cancelled. */
function startEndless(startedBy: Actor): Job {
  return jobs.start({
    kind: 'replay',
    title: 'Replay of Warehouse sync',
    unit: 'requests',
    startedBy,
    work: ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      }),
  });
}

it('everybody sees what runs, and whoever started it cancels it, with one event in the audit trail', async () => {
  const { jobId } = startEndless(VIEWER);
  const { items } = await world.call('jobs.list', {}, 'viewer');
  expect(items).toMatchObject([{ jobId, state: 'running', startedBy: VIEWER, unit: 'requests' }]);
  expect(await world.call('jobs.cancel', { jobId }, 'viewer')).toMatchObject({ isCancelling: true });
  await vi.waitFor(() => expect(jobs.get(jobId).state).toBe('cancelled'));
  const trail = await world.call('audit.list', {});
  expect(trail.items).toMatchObject([{ action: 'jobs.cancel', subject: { kind: 'job', id: jobId } }]);
  expect(world.announcements).toContainEqual({ kind: 'changed', subjects: ['jobs', 'audit'] });
});

it('nobody below an admin cancels the work of somebody else', async () => {
  const { jobId } = startEndless(ISSUER);
  expect((await world.refusal('jobs.cancel', { jobId }, 'viewer')).code).toBe('FORBIDDEN');
  expect(jobs.get(jobId)).toMatchObject({ state: 'running', isCancelling: false });
  expect((await world.call('jobs.cancel', { jobId }, 'admin')).isCancelling).toBe(true);
});

it('what has ended or never was cannot be cancelled', async () => {
  const { jobId } = startEndless(VIEWER);
  await world.call('jobs.cancel', { jobId }, 'viewer');
  await vi.waitFor(() => expect(jobs.get(jobId).state).toBe('cancelled'));
  expect((await world.refusal('jobs.cancel', { jobId })).code).toBe('WRONG_STATUS');
  const never = { jobId: 'job_0000000000000000' };
  expect((await world.refusal('jobs.cancel', never)).code).toBe('JOB_NOT_FOUND');
});
