import type { Handoff } from '#contract/handoffs.ts';
import type { HandoffId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { handoffStateAt, isWaiting } from '#main/domain/handoff-steps.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { NamedHandoff } from '#main/sqlite/handoff-list-queries.ts';

/** A handoff with the names around it. Throws HANDOFF_NOT_FOUND. */
export function loadHandoff(context: UseCaseContext, id: HandoffId): NamedHandoff {
  const stored = context.db.handoffList.get(id);
  if (stored !== null) return stored;
  throw new AppError(
    'HANDOFF_NOT_FOUND',
    'There is no handoff with this id. Look it up in the list of handoffs.',
  );
}

/** A handoff as callers see it at `context.nowMs`. */
export function viewHandoff(context: UseCaseContext, stored: NamedHandoff): Handoff {
  const state = handoffStateAt(stored, context.nowMs);
  return {
    id: stored.id,
    keyId: stored.keyId,
    keyName: stored.keyName,
    environment: stored.environment,
    applicationName: stored.applicationName,
    partnerName: stored.partnerName,
    secretVersion: stored.secretVersion,
    channel: stored.channel,
    isBlind: stored.isBlind === 1,
    state,
    recipientName: stored.recipientName,
    recipientContact: stored.recipientContact,
    message: stored.message,
    note: stored.note,
    createdBy: stored.createdByName,
    createdAt: stored.createdAtMs,
    expiresAt: stored.expiresAtMs,
    onExpiry: stored.onExpiry,
    openedAt: stored.openedAtMs,
    revealedAt: stored.revealedAtMs,
    endedAt: stored.endedAtMs ?? (state === 'expired' ? stored.expiresAtMs : null),
    wrongCodes: stored.wrongCodes,
    attention: stored.attention,
    replacedBy: stored.replacedBy,
    isCodeHeld: stored.isCodeHeld === 1 && isWaiting(state),
  };
}
