import type { HandlerInput, Output } from '#contract/contract.ts';
import type { ChangedSubject } from '#contract/events.ts';
import type { KeyId } from '#contract/ids.ts';
import type { Job } from '#contract/jobs.ts';
import type { BulkAction } from '#contract/key-bulk.ts';
import type { AuditDraft, UseCaseContext } from '#main/context.ts';
import type { Jobs } from '#main/jobs/jobs.ts';
import { AppError } from '#main/platform/app-error.ts';
import { changeOneKey, undoOf, type HadBefore } from './bulk-actions.ts';

type Result = Output<'keys.bulk'>;

/** Keys of one transaction: verification waits meanwhile, some ms. */
const PART_KEYS = 20;
/** More keys than this are a job that everybody sees. */
const JOB_KEYS = 100;

/** How often a job is asked whether it was cancelled before it began. */
const WATCH_MS = 250;

const TITLES: Readonly<Record<BulkAction['kind'], string>> = {
  suspend: 'Suspending',
  resume: 'Resuming',
  revoke: 'Revoking',
  restore: 'Restoring',
  tag: 'Tagging',
  extend: 'Extending',
  plan: 'Changing the plan of',
  putBack: 'Taking back the change of',
};

/** Makes keys.bulk. Each part is one transaction with an audit event a key; the next one waits until verifications that came
 *  meanwhile were answered. A failure of the store leaves the parts before it. */
export function createBulkKeys(jobs: Pick<Jobs, 'start' | 'get'>) {
  return async (context: UseCaseContext, input: HandlerInput<'keys.bulk'>): Promise<Result> => {
    const keyIds = [...new Set(input.keyIds)];
    if (keyIds.length <= JOB_KEYS) {
      return allParts(context, keyIds, input.action, () => 'go on');
    }
    return new Promise((resolve, reject) => {
      const work = async ({ signal, tell }: JobTask): Promise<NonNullable<Job['result']>> => {
        try {
          const result = await allParts(context, keyIds, input.action, (done) => {
            tell(done, keyIds.length);
            return signal.aborted ? 'stop' : 'go on';
          });
          resolve(result);
          if (result.isCancelled) throw signal.reason;
          return { text: resultText(result), page: '/keys', file: null };
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          throw error;
        }
      };
      const title = `${TITLES[input.action.kind]} ${String(keyIds.length)} keys`;
      const { jobId } = jobs.start({ kind: 'bulk', title, unit: 'keys', startedBy: context.actor, work });
      // One that is cancelled while it waits for others never begins, and so never tells.
      const watch = setInterval(() => {
        const { state } = jobs.get(jobId);
        if (state === 'queued' || state === 'running') return;
        clearInterval(watch);
        resolve({ changed: [], skipped: [], undo: null, isCancelled: true });
      }, WATCH_MS);
      watch.unref();
    });
  };
}

type JobTask = Parameters<Parameters<Jobs['start']>[0]['work']>[0];

async function allParts(
  context: UseCaseContext,
  keyIds: readonly KeyId[],
  action: BulkAction,
  onDone: (done: number) => 'go on' | 'stop',
): Promise<Result> {
  const changed: KeyId[] = [];
  const skipped: Result['skipped'][number][] = [];
  const had = new Map<KeyId, HadBefore>();
  const result = (isCancelled: boolean): Result => ({
    changed,
    skipped,
    undo: changed.length === 0 ? null : undoOf(action, had),
    isCancelled,
  });
  for (let from = 0; from < keyIds.length; from += PART_KEYS) {
    if (from > 0) await nextTurn();
    if (onDone(from) === 'stop') return result(true);
    const part = keyIds.slice(from, from + PART_KEYS);
    const before = { changed: changed.length, skipped: skipped.length };
    try {
      onePart(context, part, action, { changed, skipped, had, result: () => result(false) });
    } catch (error) {
      if (!(error instanceof NothingChanged)) {
        // Undone with its transaction.
        for (const keyId of changed.splice(before.changed)) had.delete(keyId);
        throw error;
      }
    }
  }
  onDone(keyIds.length);
  return result(false);
}

/** A command leaves an audit event; when no key of a part changes there is none, and nothing to commit. */
class NothingChanged extends Error {
  override readonly name = 'NothingChanged';
}

function onePart(
  context: UseCaseContext,
  keyIds: readonly KeyId[],
  action: BulkAction,
  told: {
    readonly changed: KeyId[];
    readonly skipped: Result['skipped'][number][];
    readonly had: Map<KeyId, HadBefore>;
    readonly result: () => Result;
  },
): void {
  context.command(() => {
    const audits: AuditDraft[] = [];
    const subjects = new Set<ChangedSubject>();
    // The commands for one key, inside this transaction.
    const inner: UseCaseContext = {
      ...context,
      command: (work) => {
        const outcome = work();
        audits.push(outcome.audit, ...(outcome.furtherAudits ?? []));
        for (const subject of outcome.changed) subjects.add(subject);
        return outcome.value;
      },
    };
    for (const keyId of keyIds) {
      try {
        const before = changeOneKey(inner, keyId, action);
        if (before === null) continue;
        told.changed.push(keyId);
        told.had.set(keyId, before);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        told.skipped.push({ keyId, why: error.message });
      }
    }
    const [audit, ...furtherAudits] = audits;
    if (audit === undefined) throw new NothingChanged();
    return { value: told.result(), audit, furtherAudits, changed: [...subjects] };
  });
}

function resultText({ changed, skipped }: Result): string {
  const left = skipped.length === 0 ? '' : `, ${String(skipped.length)} left as they are`;
  return `${String(changed.length)} keys changed${left}.`;
}

/** Verifications that came meanwhile go first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
