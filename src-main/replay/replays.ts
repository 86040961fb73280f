import type { HandlerInput, Output } from '#contract/contract.ts';
import type { JobId } from '#contract/ids.ts';
import type { JobResult } from '#contract/jobs.ts';
import type { ReplayResult } from '#contract/replay.ts';
import type { UseCaseContext } from '#main/context.ts';
import { type Jobs, JOBS_ENDED_MAX } from '#main/jobs/jobs.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { RequestsClient } from '#main/requests/requests-client.ts';
import { planReplay, planSuggest } from './plan-replay.ts';

/** What replays work with. */
export interface ReplayParts {
  readonly jobs: Pick<Jobs, 'start' | 'get'>;
  readonly requests: Pick<RequestsClient, 'query'>;
}

/** Replays as jobs: the log's thread decides, this one waits and keeps what came of it. */
export class Replays {
  readonly #parts: ReplayParts;
  /** Oldest first. */
  readonly #results = new Map<JobId, ReplayResult>();

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** Throws KEY_NOT_FOUND, what is wrong with the draft, and UNAVAILABLE when too many replays wait. */
  async start(context: UseCaseContext, input: HandlerInput<'replay.start'>): Promise<Output<'replay.start'>> {
    const { keyIds, days, draft } = input;
    const plan = await planReplay(context, input);
    const [first] = plan.subjects;
    const of = keyIds.length === 1 ? (first?.saved.row.keyName ?? '') : `${String(keyIds.length)} keys`;
    const { jobId } = this.#parts.jobs.start({
      kind: 'replay',
      title: `Replay of ${of}, ${String(days)} days`,
      unit: 'requests',
      startedBy: context.actor,
      work: async (task) => {
        const { signal, tell } = task;
        const outcome = await this.#parts.requests.query('replay.run', plan, { signal, tell });
        this.#keep(task.jobId, { keyIds, days, draft, ...outcome });
        return jobResult(keyIds, task.jobId, outcome.counts);
      },
    });
    return { jobId };
  }

  /** Throws JOB_NOT_FOUND, and WRONG_STATUS when there is no result (yet). */
  result({ jobId }: HandlerInput<'replay.result'>): ReplayResult {
    const result = this.#results.get(jobId);
    if (result !== undefined) return result;
    const { kind, state } = this.#parts.jobs.get(jobId);
    if (kind !== 'replay') throw new AppError('JOB_NOT_FOUND', 'This activity is no replay.');
    throw new AppError('WRONG_STATUS', `This replay is ${state} and has no result.`);
  }

  suggest(
    context: UseCaseContext,
    { keyId, days }: HandlerInput<'replay.suggest'>,
  ): Promise<Output<'replay.suggest'>> {
    return this.#parts.requests.query('replay.suggest', planSuggest(context, keyId, days));
  }

  #keep(jobId: JobId, result: ReplayResult): void {
    this.#results.set(jobId, result);
    const [oldest] = this.#results.keys();
    if (oldest !== undefined && this.#results.size > JOBS_ENDED_MAX) this.#results.delete(oldest);
  }
}

function jobResult(
  keyIds: ReplayResult['keyIds'],
  jobId: JobId,
  { replayed, same }: ReplayResult['counts'],
): JobResult {
  const changed = (replayed - same).toLocaleString('en');
  const [only] = keyIds;
  return {
    text: `${changed} of ${replayed.toLocaleString('en')} requests would be decided otherwise.`,
    page: keyIds.length === 1 && only !== undefined ? `/keys/${only}?tab=scopes&replay=${jobId}` : null,
    file: null,
  };
}
