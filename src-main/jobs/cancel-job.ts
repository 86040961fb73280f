import type { HandlerInput } from '#contract/contract.ts';
import type { Job } from '#contract/jobs.ts';
import { roleAllows } from '#contract/procedure.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { Jobs } from './jobs.ts';

/** Cancels a job of one's own; admins cancel any. Throws JOB_NOT_FOUND, WRONG_STATUS and FORBIDDEN. */
export function cancelJob(
  context: UseCaseContext,
  jobs: Pick<Jobs, 'get' | 'cancel'>,
  { jobId }: HandlerInput<'jobs.cancel'>,
): Job {
  const { kind, title, startedBy } = jobs.get(jobId);
  const { actor, role } = context;
  const isOwn = startedBy.kind === actor.kind && startedBy.id === actor.id;
  if (!isOwn && !roleAllows(role, 'admin')) {
    throw new AppError('FORBIDDEN', `${startedBy.name} started this. Only they and admins can cancel it.`);
  }
  return context.command(() => ({
    value: jobs.cancel(jobId),
    audit: { action: 'jobs.cancel', subject: { kind: 'job', id: jobId, name: title }, after: { kind } },
    changed: ['jobs'],
  }));
}
