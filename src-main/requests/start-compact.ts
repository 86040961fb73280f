import type { Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { JobRequest } from '#main/jobs/jobs.ts';
import type { RequestsQueries, RequestsQueryName } from './requests-messages.ts';

/** What compacting works with. */
export interface CompactParts {
  readonly requests: {
    readonly query: <Name extends RequestsQueryName>(
      name: Name,
      input: RequestsQueries[Name]['input'],
      long?: Pick<Parameters<JobRequest['work']>[0], 'signal' | 'tell'>,
    ) => Promise<RequestsQueries[Name]['output']>;
  };
  readonly jobs: {
    readonly start: (job: JobRequest) => { readonly jobId: Output<'storage.compact'>['jobId'] };
  };
}

/** Starts giving unused room of the log back to the disk. Throws UNAVAILABLE when too much of this waits. */
export function startCompact(
  context: UseCaseContext,
  { requests, jobs }: CompactParts,
): Output<'storage.compact'> {
  return context.command(() => {
    const { jobId } = jobs.start({
      kind: 'vacuum',
      title: 'Compacting the request log',
      unit: 'bytes',
      startedBy: context.actor,
      work: async ({ signal, tell }) => {
        const before = await requests.query('log.room', null);
        const after = await requests.query('log.compact', null, { signal, tell });
        return {
          text: `${megabytes(Math.max(0, before.bytes - after.bytes))} MB given back; the log takes ${megabytes(after.bytes)} MB.`,
          page: '/settings/retention',
          file: null,
        };
      },
    });
    return {
      value: { jobId },
      audit: {
        action: 'storage.compact',
        subject: { kind: 'job', id: jobId, name: 'Compacting the request log' },
      },
      changed: ['jobs'],
    };
  });
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toLocaleString('en', { maximumFractionDigits: 1 });
}
