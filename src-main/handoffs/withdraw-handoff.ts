import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Handoff } from '#contract/handoffs.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { joinOutcomes, takeStep } from './handoff-step.ts';
import { loadHandoff, viewHandoff } from './handoff-view.ts';
import { refuseOtherSecret, replaceSecret } from './replace-secret.ts';

/** Destroys what was not revealed yet; the secret stays good. Throws HANDOFF_NOT_FOUND, WRONG_STATUS. */
export function withdrawHandoff(context: UseCaseContext, input: HandlerInput<'handoffs.withdraw'>): Handoff {
  const { handoffId: id, reason } = input;
  return context.command(() => {
    const step = takeStep(context, {
      id,
      step: 'withdraw',
      event: 'withdrawn',
      action: 'handoffs.withdraw',
      progress: { attention: null },
      reason,
    });
    return { ...step, value: viewHandoff(context, loadHandoff(context, id)) };
  });
}

/** Withdraws, ends the secret that was handed off, and makes a new one, which is shown this once. Throws HANDOFF_NOT_FOUND,
 *  KEY_NOT_FOUND, ROTATION_IN_PROGRESS, and WRONG_STATUS also when the key has had a newer secret since. */
export function withdrawAndRotate(
  context: UseCaseContext,
  input: HandlerInput<'handoffs.withdrawAndRotate'>,
): Output<'handoffs.withdrawAndRotate'> {
  const { handoffId: id, reason } = input;
  return context.command((): CommandOutcome<Output<'handoffs.withdrawAndRotate'>> => {
    const handed = loadHandoff(context, id);
    const step = takeStep(context, {
      id,
      step: 'withdraw_secret',
      event: 'withdrawn',
      action: 'handoffs.withdrawAndRotate',
      progress: { attention: null, endedAtMs: context.nowMs },
      detail: 'The secret was replaced.',
      reason,
    });
    refuseOtherSecret(context, handed);
    const rotated = replaceSecret(context, handed, { overlapMs: 0, reason: reason ?? WITHDRAWN });
    const handoff = viewHandoff(context, loadHandoff(context, id));
    return joinOutcomes([step], { ...rotated, value: { handoff, ...rotated.value } });
  });
}

const WITHDRAWN = 'The handoff of the secret was withdrawn.';

/** What it asked for was seen. Throws HANDOFF_NOT_FOUND, and WRONG_STATUS when it asks for nothing. */
export function settleHandoff(context: UseCaseContext, input: HandlerInput<'handoffs.settle'>): Handoff {
  const { handoffId: id } = input;
  return context.command(() => {
    const before = loadHandoff(context, id);
    if (before.attention === null) throw new AppError('WRONG_STATUS', 'This handoff asks for nothing.');
    context.db.handoffs.update({ ...before, attention: null });
    return {
      value: viewHandoff(context, loadHandoff(context, id)),
      audit: {
        action: 'handoffs.settle',
        subject: { kind: 'handoff', id, name: before.recipientName },
        before: { attention: before.attention },
        after: { attention: null },
      },
      changed: ['handoffs'],
    };
  });
}
