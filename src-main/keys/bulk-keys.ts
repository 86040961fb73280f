import type { HandlerInput, Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { Job } from '#contract/jobs.ts';
import type { BulkAction } from '#contract/key-bulk.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { Jobs } from '#main/jobs/jobs.ts';
import { changeOneKey, undoOf, type HadBefore } from './bulk-actions.ts';
import { changeInParts, type PartsDone } from './change-in-parts.ts';
import { loadKey } from './key-view.ts';
import type { WithdrawalWatch } from './withdrawal-watch.ts';

type Result = Output<'keys.bulk'>;

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

/** What the command about many keys works with. */
interface BulkParts {
  readonly jobs: Pick<Jobs, 'start' | 'get'>;
  /** Told of the keys that are taken away. */
  readonly withdrawals: Pick<WithdrawalWatch, 'noteMany'>;
  readonly monotonicMs: () => number;
}

/** Makes keys.bulk, in parts with an audit event a key. A failure of the store leaves the parts before it. */
export function createBulkKeys({ jobs, withdrawals, monotonicMs }: BulkParts) {
  return async (context: UseCaseContext, input: HandlerInput<'keys.bulk'>): Promise<Result> => {
    const keyIds = [...new Set(input.keyIds)];
    const noteChanged = noteOf(withdrawals, context, input.action, monotonicMs());
    const todo = { keyIds, action: input.action, noteChanged };
    if (keyIds.length <= JOB_KEYS) {
      return allParts(context, todo, () => 'go on');
    }
    return new Promise((resolve, reject) => {
      const work = async ({ signal, tell }: JobTask): Promise<NonNullable<Job['result']>> => {
        try {
          const result = await allParts(context, todo, (done) => {
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

interface Todo {
  readonly keyIds: readonly KeyId[];
  readonly action: BulkAction;
  readonly noteChanged: (changed: readonly KeyId[]) => void;
}

async function allParts(
  context: UseCaseContext,
  { keyIds, action, noteChanged }: Todo,
  onDone: (done: number) => 'go on' | 'stop',
): Promise<Result> {
  const done: PartsDone<HadBefore> = { changed: new Map(), skipped: [] };
  let behind = 0;
  const isWhole = await changeInParts(context, keyIds, done, {
    change: (inner, keyId) => changeOneKey(inner, keyId, action),
    onDone: (now) => {
      // What is behind is committed: the verifier can be asked about it.
      noteChanged(keyIds.slice(behind, now).filter((keyId) => done.changed.has(keyId)));
      behind = now;
      return onDone(now);
    },
  });
  return {
    changed: [...done.changed.keys()],
    skipped: done.skipped,
    undo: done.changed.size === 0 ? null : undoOf(action, done.changed),
    isCancelled: !isWhole,
  };
}

/** Tells the watch which keys an action took away, if it is one that does. */
function noteOf(
  withdrawals: BulkParts['withdrawals'],
  context: UseCaseContext,
  action: BulkAction,
  arrivedMs: number,
): Todo['noteChanged'] {
  if (action.kind !== 'suspend' && action.kind !== 'revoke') return () => undefined;
  const kind = action.kind === 'suspend' ? 'suspended' : 'revoked';
  return (changed) => {
    const keys = changed.map((keyId) => ({ keyId, name: loadKey(context, keyId).key.name }));
    withdrawals.noteMany(context, { kind, reason: action.reason, arrivedMs }, keys);
  };
}

function resultText({ changed, skipped }: Result): string {
  const left = skipped.length === 0 ? '' : `, ${String(skipped.length)} left as they are`;
  return `${String(changed.length)} keys changed${left}.`;
}
