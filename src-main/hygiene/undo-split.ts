import type { HandlerInput } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { isWaiting } from '#main/domain/handoff-steps.ts';
import { joinOutcomes, takeStep } from '#main/handoffs/handoff-step.ts';
import { changedKeyState } from '#main/keys/change-key-state.ts';
import { getKey } from '#main/keys/get-key.ts';
import { updatedKey } from '#main/keys/update-key.ts';
import { AppError } from '#main/platform/app-error.ts';
import { lastSplit, viewSplit } from './view-split.ts';

const UNDONE = 'The split was undone.';

/** Takes a split back: its keys are revoked, what is on the way to somebody is withdrawn, and the original ends as it would have. Throws
 *  KEY_NOT_FOUND, and WRONG_STATUS when there is no split, or somebody has received or used one of its keys. */
export function undoSplit(context: UseCaseContext, { keyId }: HandlerInput<'keys.undoSplit'>): Key {
  return context.command((): CommandOutcome<Key> => {
    const { name, expiresAt } = getKey(context, { keyId });
    const split = lastSplit(context, keyId);
    if (split === null) throw new AppError('WRONG_STATUS', 'This key was not split.');
    const view = viewSplit(context, split);
    if (view.undoObstacle !== null) {
      throw new AppError('WRONG_STATUS', `${view.undoObstacle} The split can no longer be undone.`);
    }
    const done: CommandOutcome<unknown>[] = view.keys.flatMap(({ key, handoff }) => [
      ...(handoff !== null && isWaiting(handoff.state)
        ? [
            takeStep(context, {
              id: handoff.id,
              step: 'withdraw_secret',
              event: 'withdrawn',
              action: 'handoffs.withdraw',
              progress: { attention: null, endedAtMs: context.nowMs },
              reason: UNDONE,
            }),
          ]
        : []),
      ...(key.status === 'revoked' ? [] : [revoked(context, key.keyId)]),
    ]);
    // Somebody may have given it another end since: that one stays.
    if (expiresAt === split.endsAt && expiresAt !== split.formerExpiresAt) {
      const former = {
        expiresAt: split.formerExpiresAt,
        noExpiryReason: split.formerNoExpiryReason,
        expiryGraceMs: split.formerExpiryGraceMs,
      };
      done.push(updatedKey(context, { keyId, ...former }, { isPutBack: true }));
    }
    return joinOutcomes(done, {
      value: getKey(context, { keyId }),
      audit: {
        action: 'keys.undoSplit',
        subject: { kind: 'key', id: keyId, name },
        after: { revoked: view.keys.map(({ key }) => key.keyId), expiresAt: split.formerExpiresAt },
      },
      changed: ['keys', 'applications', 'handoffs'],
    });
  });
}

function revoked(context: UseCaseContext, keyId: KeyId): CommandOutcome<Key> {
  return changedKeyState(context, {
    action: 'keys.revoke',
    keyId,
    next: () => ({ revokedAtMs: context.nowMs, revokeReason: 'no_longer_needed', revokeNote: UNDONE }),
    reason: 'no_longer_needed',
    changed: ['keys', 'applications', 'partners', 'scopes', 'plans'],
  });
}
