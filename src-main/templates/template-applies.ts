import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Announcement } from '#contract/events.ts';
import type { JobId, KeyId, TimestampMs } from '#contract/ids.ts';
import type { Job, JobResult } from '#contract/jobs.ts';
import type { AppliedTemplate } from '#contract/template-apply.ts';
import type { Template } from '#contract/templates.ts';
import type { AuditDraft, UseCaseContext } from '#main/context.ts';
import type { Jobs, JobTask } from '#main/jobs/jobs.ts';
import { changeInParts, type PartsDone } from '#main/keys/change-in-parts.ts';
import { AppError } from '#main/platform/app-error.ts';
import { applyToKey, type AppliedPolicy } from './apply-template.ts';
import { getTemplate } from './get-template.ts';
import { undoApplied } from './undo-applied.ts';

/** Applications that can be taken back; the oldest are forgotten. Each holds what its keys had. */
const KEPT_MAX = 10;
/** Keys whose ids are read at once. */
const IDS_MAX = 1_000;

/** What applying templates to many keys works with. */
export interface TemplateAppliesParts {
  readonly jobs: Pick<Jobs, 'start' | 'get'>;
  /** For what every page of templates shows, once a job has ended. */
  readonly announce: (announcement: Announcement) => void;
}

interface Applied {
  readonly template: Template;
  readonly at: TimestampMs;
  readonly done: PartsDone<AppliedPolicy>;
  undoJobId: JobId | null;
}

/** Templates given to many keys as jobs, and taken back again. What the keys had is kept in memory: a restart forgets it. */
export class TemplateApplies {
  readonly #parts: TemplateAppliesParts;
  /** By the job that applied it, oldest first. */
  readonly #applied = new Map<JobId, Applied>();

  constructor(parts: TemplateAppliesParts) {
    this.#parts = parts;
  }

  /** Throws TEMPLATE_NOT_FOUND, and UNAVAILABLE when too many such jobs wait. */
  start(
    context: UseCaseContext,
    { templateId, keys, fields }: HandlerInput<'templates.applyToMany'>,
  ): Output<'templates.applyToMany'> {
    const template = getTemplate(context, { templateId });
    const keyIds = chosenKeys(context, template, keys);
    const applied: Applied = {
      template,
      at: context.nowMs,
      done: { changed: new Map(), skipped: [] },
      undoJobId: null,
    };
    const job = this.#run(context, {
      title: `Applying ${template.name} to ${keysText(keyIds.length)}`,
      action: 'templates.applyToMany',
      after: { fields, keys: keyIds.length, except: keys.kind === 'all' ? keys.except.length : 0 },
      applied,
      keyIds,
      done: applied.done,
      change: (inner, keyId) => {
        const change = applyToKey(inner, { template, keyId, fields });
        if (change === null) return null;
        inner.command(() => ({ value: null, audit: change.audit, changed: ['keys'] }));
        return change.policy;
      },
    });
    this.#applied.set(job.jobId, applied);
    const [oldest] = this.#applied.keys();
    if (oldest !== undefined && this.#applied.size > KEPT_MAX) this.#applied.delete(oldest);
    return { jobId: job.jobId };
  }

  /** Throws JOB_NOT_FOUND, and WRONG_STATUS while it runs and when it is or was taken back. */
  undo(
    context: UseCaseContext,
    { jobId }: HandlerInput<'templates.undoApply'>,
  ): Output<'templates.undoApply'> {
    const applied = this.#applied.get(jobId);
    if (applied === undefined) {
      throw new AppError(
        'JOB_NOT_FOUND',
        'Latchkey no longer knows what the keys had: it was restarted since.',
      );
    }
    if (this.#isOpen(jobId)) throw new AppError('WRONG_STATUS', 'It still runs. Cancel it first.');
    const { undoJobId, template, done } = applied;
    // One that was cancelled or failed can be asked for again: what is back already is left alone.
    if (undoJobId !== null && (this.#isOpen(undoJobId) || this.#stateOf(undoJobId) === 'done')) {
      throw new AppError('WRONG_STATUS', 'It is taken back already.');
    }
    const keyIds = [...done.changed.keys()];
    const undone: PartsDone<true> = { changed: new Map(), skipped: [] };
    const job = this.#run(context, {
      title: `Taking ${template.name} back from ${keysText(keyIds.length)}`,
      action: 'templates.undoApply',
      after: { keys: keyIds.length },
      applied,
      keyIds,
      done: undone,
      change: (inner, keyId) => {
        const policy = done.changed.get(keyId);
        if (policy === undefined) return null;
        undoApplied(inner, { keyId, policy, template });
        return true as const;
      },
    });
    applied.undoJobId = job.jobId;
    return { jobId: job.jobId };
  }

  /** The last one of a template. */
  last({ templateId }: HandlerInput<'templates.applied'>): Output<'templates.applied'> {
    const [found] = [...this.#applied].reverse().filter(([, { template }]) => template.id === templateId);
    return { last: found === undefined ? null : this.#view(...found) };
  }

  #view(jobId: JobId, { at, done, undoJobId }: Applied): AppliedTemplate {
    return {
      jobId,
      at,
      changed: done.changed.size,
      skipped: done.skipped.length,
      skippedWhy: done.skipped[0]?.why ?? null,
      isRunning: this.#isOpen(jobId) || (undoJobId !== null && this.#isOpen(undoJobId)),
      undoJobId,
    };
  }

  #run<Had>(
    context: UseCaseContext,
    work: {
      readonly title: string;
      readonly action: AuditDraft['action'];
      readonly after: NonNullable<AuditDraft['after']>;
      readonly applied: Applied;
      readonly keyIds: readonly KeyId[];
      readonly done: PartsDone<Had>;
      readonly change: (inner: UseCaseContext, keyId: KeyId) => Had | null;
    },
  ): Job {
    const { title, action, after, applied, keyIds, done, change } = work;
    const { id, name } = applied.template;
    return context.command(() => ({
      value: this.#parts.jobs.start({
        kind: 'bulk',
        title,
        unit: 'keys',
        startedBy: context.actor,
        work: (task) => this.#changeAll(context, { task, keyIds, done, change, page: `/templates/${id}` }),
      }),
      audit: { action, subject: { kind: 'template', id, name }, after },
      changed: ['jobs', 'templates'],
    }));
  }

  async #changeAll<Had>(
    context: UseCaseContext,
    parts: {
      readonly task: JobTask;
      readonly keyIds: readonly KeyId[];
      readonly done: PartsDone<Had>;
      readonly change: (inner: UseCaseContext, keyId: KeyId) => Had | null;
      readonly page: string;
    },
  ): Promise<JobResult> {
    const { task, keyIds, done, change, page } = parts;
    const { signal, tell } = task;
    // The command that starts it is committed first.
    await nextTurn();
    try {
      const isWhole = await changeInParts(context, keyIds, done, {
        change,
        onDone: (count) => {
          tell(count, keyIds.length);
          return signal.aborted ? 'stop' : 'go on';
        },
      });
      if (!isWhole) throw signal.reason;
      return { text: resultText(done), page, file: null };
    } finally {
      // Said once this job counts as ended.
      setImmediate(() => {
        this.#parts.announce({ kind: 'changed', subjects: ['templates', 'scopes', 'plans'] });
      });
    }
  }

  #stateOf(jobId: JobId): Job['state'] | null {
    try {
      return this.#parts.jobs.get(jobId).state;
    } catch (error) {
      // The list of jobs has forgotten it: it ended long ago.
      if (error instanceof AppError && error.code === 'JOB_NOT_FOUND') return null;
      throw error;
    }
  }

  #isOpen(jobId: JobId): boolean {
    const state = this.#stateOf(jobId);
    return state === 'queued' || state === 'running';
  }
}

function chosenKeys(
  context: UseCaseContext,
  { id }: Template,
  keys: HandlerInput<'templates.applyToMany'>['keys'],
): readonly KeyId[] {
  if (keys.kind === 'these') return [...new Set(keys.keyIds)];
  const except = new Set(keys.except);
  const chosen: KeyId[] = [];
  let page = context.db.templates.listKeys(id, '', IDS_MAX);
  while (page.length > 0) {
    chosen.push(...page.filter((keyId) => !except.has(keyId)));
    page = context.db.templates.listKeys(id, page.at(-1) ?? '', IDS_MAX);
  }
  return chosen;
}

function resultText({ changed, skipped }: PartsDone<unknown>): string {
  const left = skipped.length === 0 ? '' : ` ${keysText(skipped.length)} left as before.`;
  return `${keysText(changed.size)} changed.${left}`;
}

function keysText(count: number): string {
  return count === 1 ? '1 key' : `${count.toLocaleString('en')} keys`;
}
