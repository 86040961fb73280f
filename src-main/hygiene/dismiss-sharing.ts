import type { HandlerInput, Output } from '#contract/contract.ts';
import type { SharingDismissal } from '#contract/hygiene.ts';
import type { UseCaseContext } from '#main/context.ts';
import { sharingMark } from '#main/domain/sharing-mark.ts';
import { getKey } from '#main/keys/get-key.ts';
import { AppError } from '#main/platform/app-error.ts';
import {
  createSharingDismissalQueries,
  type StoredDismissal,
} from '#main/sqlite/sharing-dismissal-queries.ts';
import type { KeyHealth } from './key-health.ts';

/** Makes hygiene.dismissSharing. Throws KEY_NOT_FOUND, WRONG_STATUS for a key that is not suspected, and UNAVAILABLE while the request
 *  log, which knows the evidence, is down. */
export function createDismissSharing(health: (context: UseCaseContext) => Promise<KeyHealth>) {
  return async (
    context: UseCaseContext,
    { keyId, reason }: HandlerInput<'hygiene.dismissSharing'>,
  ): Promise<Output<'hygiene.dismissSharing'>> => {
    getKey(context, { keyId });
    const known = await health(context);
    const habits = known.habits.get(keyId);
    if (habits === undefined || !known.suspected.includes(keyId)) {
      throw new AppError('WRONG_STATUS', 'Nothing speaks for this key being shared now.');
    }
    return context.command(() => {
      const { name } = getKey(context, { keyId });
      const dismissal: StoredDismissal = {
        keyId,
        mark: sharingMark(habits),
        reason,
        dismissedBy: context.actor.name,
        dismissedAtMs: context.nowMs,
      };
      createSharingDismissalQueries(context.db.handle).put(dismissal);
      return {
        value: viewDismissal(dismissal, false),
        audit: {
          action: 'hygiene.dismissSharing',
          subject: { kind: 'key', id: keyId, name },
          after: { parties: habits.parties.length },
          reason,
        },
        changed: ['keys'],
      };
    });
  };
}

/** Looks at a key again whose suspicion was dismissed. Throws KEY_NOT_FOUND, WRONG_STATUS. */
export function reviewSharing(
  context: UseCaseContext,
  { keyId }: HandlerInput<'hygiene.reviewSharing'>,
): Output<'hygiene.reviewSharing'> {
  return context.command(() => {
    const { name } = getKey(context, { keyId });
    const queries = createSharingDismissalQueries(context.db.handle);
    const before = queries.get(keyId);
    if (before === null) throw new AppError('WRONG_STATUS', 'Nobody has called its users one party.');
    queries.delete(keyId);
    return {
      value: { keyId },
      audit: {
        action: 'hygiene.reviewSharing',
        subject: { kind: 'key', id: keyId, name },
        before: { reason: before.reason, dismissedBy: before.dismissedBy },
      },
      changed: ['keys'],
    };
  });
}

/** A dismissal as callers see it. */
export function viewDismissal(
  { reason, dismissedBy, dismissedAtMs }: StoredDismissal,
  isOutdated: boolean,
): SharingDismissal {
  return { reason, by: dismissedBy, at: dismissedAtMs, isOutdated };
}
