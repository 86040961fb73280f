import type { Actor } from '#contract/audit.ts';
import type { HandlerInput } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import type { Job, JobResult } from '#contract/jobs.ts';
import type { UseCaseContext } from '#main/context.ts';
import { exportFileName } from './export-requests.ts';
import type { ExportFiles } from './export-files.ts';
import { withQueryTimes } from './query-tests.ts';
import { rowText } from './request-text.ts';
import type { RequestsQueries, RequestsQueryName } from './requests-messages.ts';

/** What an export works with. */
export interface ExportParts {
  readonly requests: {
    readonly query: <Name extends RequestsQueryName>(
      name: Name,
      input: RequestsQueries[Name]['input'],
      long?: ExportTask,
    ) => Promise<RequestsQueries[Name]['output']>;
  };
  readonly jobs: { readonly start: (job: ExportJob) => Job };
  readonly files: Pick<ExportFiles, 'write'>;
}

/** How the work is told to stop, and how it tells how far it is. */
interface ExportTask {
  readonly signal: AbortSignal;
  readonly tell: (done: number, total: number | null) => void;
}

/** The job of an export, for whoever runs jobs. */
interface ExportJob {
  readonly kind: 'export';
  readonly title: string;
  readonly unit: string;
  readonly startedBy: Actor;
  readonly work: (task: ExportTask) => Promise<JobResult>;
}

/** How long the rows of an export are counted for its progress. */
const COUNT_MS = 1_000;

/** Starts writing every matching row up to now into a file. Throws UNAVAILABLE when too many exports wait. */
export function startExport(
  context: UseCaseContext,
  input: HandlerInput<'requests.startExport'>,
  parts: ExportParts,
): Job {
  const { actor, nowMs } = context;
  const timed = withQueryTimes(input.filter, nowMs);
  // Rows that come while it waits or runs are not part of it.
  const to = timestampMs.parse(Math.min(timed.to ?? nowMs + 1, nowMs + 1));
  const wanted = { ...input, filter: { ...timed, to } };
  const fileName = exportFileName(nowMs, input.format);
  return context.command(() => {
    const job = parts.jobs.start({
      kind: 'export',
      title: `Export of requests, ${input.format.toUpperCase()}`,
      unit: 'requests',
      startedBy: actor,
      work: (task) => writeFile(task, wanted, parts, fileName),
    });
    return {
      value: job,
      audit: {
        action: 'requests.startExport',
        subject: { kind: 'job', id: job.jobId, name: job.title },
        after: { format: input.format },
      },
      changed: ['jobs'],
    };
  });
}

async function writeFile(
  { signal, tell }: ExportTask,
  { filter, format, columns }: HandlerInput<'requests.startExport'>,
  { requests, files }: ExportParts,
  fileName: string,
): Promise<JobResult> {
  const counted = { filter, buckets: 1, budgetMs: COUNT_MS, endpoints: [] };
  const { matched, isExact } = await requests.query('requests.survey', counted);
  const total = isExact ? matched : null;
  const { mediaType } = rowText(format, columns);
  let done = 0;
  const fileId = await files.write({ fileName, mediaType }, async (path) => {
    done = await requests.query(
      'requests.exportFile',
      { filter, format, columns, path, total },
      { signal, tell },
    );
  });
  tell(done, done);
  const noun = done === 1 ? 'request' : 'requests';
  return {
    text: `${done.toLocaleString('en')} ${noun} in ${fileName}.`,
    page: null,
    file: `/api/exports/${fileId}`,
  };
}
