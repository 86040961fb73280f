import type { HandoffEventKind, HandoffState } from '#contract/handoffs.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import type { HandoffId } from '#contract/ids.ts';
import { handoffStateAfter, type HandoffStep, isWaiting } from '#main/domain/handoff-steps.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import type { HandoffProgress, StoredHandoff, Visitor } from '#main/sqlite/handoff-queries.ts';
import { loadHandoff } from './handoff-view.ts';

/** One step of a handoff and what is told of it. */
export interface TakenStep {
  readonly id: HandoffId;
  /** null: it is told, and the state stays. */
  readonly step: HandoffStep | null;
  readonly event: HandoffEventKind;
  /** Name of the audit event. */
  readonly action: string;
  /** Beside the state. */
  readonly progress?: Partial<HandoffProgress>;
  /** Of the recipient; none for a step of ours. */
  readonly visitor?: Visitor;
  readonly detail?: string | null;
  readonly reason?: string | null;
}

const ENDS: ReadonlySet<HandoffState> = new Set(['confirmed', 'expired', 'withdrawn', 'locked_out']);

/** Takes a step: state, timeline, and content that nobody may read any more, with the audit event of it. Call inside a command.
 *  Throws HANDOFF_NOT_FOUND, and WRONG_STATUS when the step cannot be taken from where the handoff is. */
export function takeStep(context: UseCaseContext, taken: TakenStep): CommandOutcome<StoredHandoff> {
  const before = loadHandoff(context, taken.id);
  const state = taken.step === null ? before.state : handoffStateAfter(before, taken.step, context.nowMs);
  if (state === null) throw wrongStep(before);
  const visitor = taken.visitor ?? null;
  const isOurs = visitor === null && context.actor.kind !== 'system';
  const after: StoredHandoff = {
    ...before,
    state,
    endedAtMs: ENDS.has(state) && before.endedAtMs === null ? context.nowMs : before.endedAtMs,
    ...taken.progress,
  };
  context.db.handoffs.update(after);
  context.db.handoffs.addEvent(taken.id, {
    at: context.nowMs,
    kind: taken.event,
    actorName: isOurs ? context.actor.name : null,
    address: visitor?.address ?? null,
    agent: visitor?.agent ?? null,
    detail: taken.detail ?? taken.reason ?? null,
  });
  if (state === 'revealed' || ENDS.has(state)) context.db.handoffs.deleteContent(taken.id);
  return {
    value: after,
    audit: {
      action: taken.action,
      subject: { kind: 'handoff', id: taken.id, name: before.recipientName },
      before: { state: before.state },
      after: {
        state,
        keyId: before.keyId,
        ...(visitor === null ? {} : { address: visitor.address, agent: visitor.agent }),
        ...(typeof taken.detail === 'string' ? { detail: taken.detail } : {}),
        ...(taken.progress?.wrongCodes === undefined ? {} : { wrongCodes: taken.progress.wrongCodes }),
      },
      reason: taken.reason ?? null,
    },
    changed: ['handoffs'],
  };
}

/** Several outcomes of one transaction as one: the value of `last`, and the events of all in order. */
export function joinOutcomes<T>(
  earlier: readonly CommandOutcome<unknown>[],
  last: CommandOutcome<T>,
): CommandOutcome<T> {
  const all = [...earlier, last];
  const audits = all.flatMap(({ audit, furtherAudits }) => [audit, ...(furtherAudits ?? [])]);
  const [audit, ...furtherAudits] = audits;
  return {
    value: last.value,
    audit: must(audit, 'an outcome has an audit event'),
    furtherAudits,
    changed: [...new Set(all.flatMap(({ changed }) => changed))],
  };
}

const SENTENCES: Readonly<Record<HandoffState, string>> = {
  prepared: 'This handoff was not opened yet.',
  opened: 'This handoff was not revealed yet.',
  revealed: 'The secret was revealed already. Withdraw it together with the secret, by a rotation.',
  confirmed: 'The secret was revealed and is in use. Withdraw it together with the secret, by a rotation.',
  expired: 'This handoff has expired.',
  withdrawn: 'This handoff is withdrawn already.',
  locked_out: 'This handoff was destroyed by wrong codes.',
};

const FILE_SENTENCE =
  'A file cannot be taken back: who has it may still open it. Withdraw it together with the secret, by a rotation.';

function wrongStep({ state, channel }: StoredHandoff): AppError {
  const isFile = channel === 'sealed_file' && isWaiting(state);
  return new AppError('WRONG_STATUS', isFile ? FILE_SENTENCE : SENTENCES[state]);
}
