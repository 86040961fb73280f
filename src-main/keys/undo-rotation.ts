import type { HandlerInput } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { planUndoRotation } from '#main/domain/rotation.ts';
import { AppError } from '#main/platform/app-error.ts';
import { loadKey, viewKey } from './key-view.ts';

/** Takes a rotation back while its old secret lives: that one is current again, and the newer one is refused from now on.
 *  Throws KEY_NOT_FOUND, NO_ROTATION_IN_PROGRESS. */
export function undoRotation(context: UseCaseContext, input: HandlerInput<'keys.undoRotation'>): Key {
  return context.command(() => undoneRotation(context, input));
}

/** The same as a part of a larger command, inside whose transaction it must be called. */
export function undoneRotation(
  context: UseCaseContext,
  input: HandlerInput<'keys.undoRotation'>,
): CommandOutcome<Key> {
  const { key, secrets } = loadKey(context, input.keyId);
  const planned = planUndoRotation({ key, secrets, nowMs: context.nowMs });
  if (!planned.ok) throw new AppError(planned.code, planned.message);
  const { restoredVersion, withdrawn } = planned.plan;
  const endedBefore = secrets.find(({ version }) => version === restoredVersion)?.endsAtMs ?? null;
  context.db.secrets.setEnd(key.id, withdrawn.version, withdrawn.endsAtMs);
  context.db.secrets.makeCurrent(key.id, restoredVersion);
  return {
    value: viewKey(context, loadKey(context, key.id)),
    audit: {
      action: 'keys.undoRotation',
      subject: { kind: 'key', id: key.id, name: key.name },
      before: { secretVersion: withdrawn.version, overlapEndsAt: endedBefore },
      after: { secretVersion: restoredVersion, overlapEndsAt: null },
      reason: input.reason ?? null,
    },
    changed: ['keys'],
  };
}
