import type { HandlerInput } from '#contract/contract.ts';
import type { Handoff, NewHandoff } from '#contract/handoffs.ts';
import { timestampMs } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { handoffStateAt, type HandoffStep, isWaiting } from '#main/domain/handoff-steps.ts';
import { currentVersion } from '#main/domain/key-status.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { NamedHandoff } from '#main/sqlite/handoff-list-queries.ts';
import { joinOutcomes, takeStep } from './handoff-step.ts';
import { loadHandoff } from './handoff-view.ts';
import { newHandoff } from './new-handoff.ts';
import { replaceSecret } from './replace-secret.ts';

/** A new link with a new secret to the same recipient, in place of this one, in one transaction. Throws HANDOFF_NOT_FOUND,
 *  KEY_NOT_FOUND, ROTATION_IN_PROGRESS, HANDOFF_CHANNEL_BLOCKED, WRONG_STATUS after the first use, for one that was replaced,
 *  and where the key belongs to another owner now, and FORBIDDEN for an issuer where a secret may be in use. */
export function resendHandoff(context: UseCaseContext, input: HandlerInput<'handoffs.resend'>): NewHandoff {
  return context.command(() => {
    const before = loadHandoff(context, input.handoffId);
    const state = handoffStateAt(before, context.nowMs);
    refuseSettled(before, state);
    refuseGiven(context, before);
    const { keyId } = before;
    const isHandedCurrent = currentVersion(context.db.secrets.list(keyId)) === before.secretVersion;
    if (context.role === 'issuer' && (before.revealedAtMs !== null || !isHandedCurrent)) {
      throw new AppError(
        'FORBIDDEN',
        'The present secret of the key may be in use, and this ends it. Ask an admin.',
      );
    }
    const isUnreceived = before.revealedAtMs === null && isHandedCurrent;
    const rotated = replaceSecret(context, before, {
      overlapMs: isUnreceived ? 0 : input.overlapMs,
      reason: RESENT,
    });
    const made = newHandoff(context, {
      ...before,
      secret: rotated.value.secret,
      secretVersion: currentVersion(context.db.secrets.list(keyId)),
      channel: 'link',
      isBlind: true,
      expiresInMs: input.expiresInMs,
      onExpiry: input.onExpiry ?? before.onExpiry,
    });
    const replaced = takeStep(context, {
      id: before.id,
      step: endingStep(before, state),
      event: 'replaced',
      action: 'handoffs.resend',
      progress: { replacedBy: made.value.handoff.id, attention: null },
    });
    return joinOutcomes([rotated, replaced], made);
  });
}

const RESENT = 'The secret was handed off anew.';

/** What still has to happen to the one that is replaced; null when it has ended. */
function endingStep(handoff: NamedHandoff, state: Handoff['state']): HandoffStep | null {
  if (isWaiting(state)) return handoff.channel === 'sealed_file' ? 'withdraw_secret' : 'withdraw';
  if (state === 'revealed') return 'withdraw_secret';
  return isWaiting(handoff.state) ? 'expire' : null;
}

/** Its recipient is of the owner that the key had then. */
function refuseGiven({ db }: UseCaseContext, { keyId, createdAtMs }: NamedHandoff): void {
  const from = timestampMs.parse(createdAtMs + 1);
  const applicationId = db.keys.get(keyId)?.applicationId;
  const isGiven =
    db.audit.count({ action: 'keys.transfer', subjectKind: 'key', subjectId: keyId, from }) > 0 ||
    (applicationId !== undefined &&
      db.audit.count({
        ...{ action: 'applications.transfer', subjectKind: 'application', subjectId: applicationId, from },
      }) > 0);
  if (!isGiven) return;
  throw new AppError(
    'WRONG_STATUS',
    'The key was given to another owner since. Hand off a new secret to whom it belongs now.',
  );
}

function refuseSettled(handoff: NamedHandoff, state: Handoff['state']): void {
  if (handoff.replacedBy !== null) {
    throw new AppError('WRONG_STATUS', 'There is a newer handoff in place of this one. Go on with that.');
  }
  if (state === 'confirmed') {
    throw new AppError(
      'WRONG_STATUS',
      'The recipient uses the key: the handoff is done. To replace its secret, rotate the key.',
    );
  }
}
