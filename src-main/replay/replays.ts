import type { HandlerInput, Output } from '#contract/contract.ts';
import type { JobId, TemplateId } from '#contract/ids.ts';
import type { JobResult } from '#contract/jobs.ts';
import { REPLAY_KEYS_MAX, type ReplayDays, type ReplayDraft, type ReplayResult } from '#contract/replay.ts';
import type { UseCaseContext } from '#main/context.ts';
import { type Jobs, JOBS_ENDED_MAX } from '#main/jobs/jobs.ts';
import { checkKeyPolicy } from '#main/keys/check-key-policy.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import type { ReplayOutcome } from '#main/requests/replay-plan.ts';
import type { RequestsClient } from '#main/requests/requests-client.ts';
import { getTemplate } from '#main/templates/get-template.ts';
import { mergeOutcomes } from './merge-outcomes.ts';
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

  /** Throws KEY_NOT_FOUND, TEMPLATE_NOT_FOUND, what is wrong with the draft, and UNAVAILABLE when too many replays wait. */
  async start(context: UseCaseContext, input: HandlerInput<'replay.start'>): Promise<Output<'replay.start'>> {
    const { keyIds, templateId, days, draft } = input;
    if (templateId !== undefined) return this.#startOfTemplate(context, { templateId, days, draft });
    const asked = { keyIds: keyIds ?? [], days, draft };
    const plan = await planReplay(context, asked);
    const [first] = plan.subjects;
    const of = asked.keyIds.length === 1 ? (first?.saved.row.keyName ?? '') : keysText(asked.keyIds.length);
    const { jobId } = this.#parts.jobs.start({
      kind: 'replay',
      title: `Replay of ${of}, ${String(days)} days`,
      unit: 'requests',
      startedBy: context.actor,
      work: async (task) => {
        const { signal, tell } = task;
        const outcome = await this.#parts.requests.query('replay.run', plan, { signal, tell });
        this.#keep(task.jobId, { ...asked, templateId: null, ...outcome });
        const [only] = asked.keyIds;
        const isOfOne = asked.keyIds.length === 1 && only !== undefined;
        return jobResult(outcome.counts, isOfOne ? `/keys/${only}?tab=scopes&replay=${task.jobId}` : null);
      },
    });
    return { jobId };
  }

  /** All keys of a template, REPLAY_KEYS_MAX at a time: what they hold of policies would not fit into one message. */
  #startOfTemplate(
    context: UseCaseContext,
    asked: { readonly templateId: TemplateId; readonly days: ReplayDays; readonly draft: ReplayDraft },
  ): Output<'replay.start'> {
    const { templateId, days, draft } = asked;
    checkKeyPolicy(context, draft);
    const { name } = getTemplate(context, { templateId });
    const keyIds = context.db.templates.listKeys(templateId, '', Number.MAX_SAFE_INTEGER);
    const { jobId } = this.#parts.jobs.start({
      kind: 'replay',
      title: `Replay of ${keysText(keyIds.length)} of ${name}, ${String(days)} days`,
      unit: 'keys',
      startedBy: context.actor,
      work: async ({ jobId: ownId, signal, tell }) => {
        let whole: ReplayOutcome | null = null;
        for (let from = 0; from < Math.max(1, keyIds.length); from += REPLAY_KEYS_MAX) {
          const part = keyIds.slice(from, from + REPLAY_KEYS_MAX);
          const plan = await planReplay(context, { keyIds: part, days, draft });
          signal.throwIfAborted();
          const outcome = await this.#parts.requests.query('replay.run', plan, {
            signal,
            tell: (done, total) => {
              const share = total === null || total === 0 ? 0 : done / total;
              tell(from + Math.floor(share * part.length), keyIds.length);
            },
          });
          whole = whole === null ? outcome : mergeOutcomes(whole, outcome);
          tell(from + part.length, keyIds.length);
        }
        const outcome = must(whole, 'one part is replayed at least');
        this.#keep(ownId, { keyIds: [], ...asked, ...outcome });
        return jobResult(outcome.counts, `/templates/${templateId}?replay=${ownId}`);
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

function jobResult({ replayed, same }: ReplayResult['counts'], page: string | null): JobResult {
  const changed = (replayed - same).toLocaleString('en');
  return {
    text: `${changed} of ${replayed.toLocaleString('en')} requests would be decided otherwise.`,
    page,
    file: null,
  };
}

function keysText(count: number): string {
  return count === 1 ? '1 key' : `${count.toLocaleString('en')} keys`;
}
