import type { KeyId } from '#contract/ids.ts';
import type { KeyWithSecret } from '#contract/keys.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { currentVersion, retiringSecret, secretState } from '#main/domain/key-status.ts';
import { changedKeyState } from '#main/keys/change-key-state.ts';
import { loadKey } from '#main/keys/key-view.ts';
import { rotatedKey } from '#main/keys/rotate-key.ts';
import { undoneRotation } from '#main/keys/undo-rotation.ts';
import { AppError } from '#main/platform/app-error.ts';
import { joinOutcomes } from './handoff-step.ts';

/** Reason of a suspension when the only secret of a key was not received in time. A new handoff of the key ends it. */
export const NEVER_RECEIVED = 'Nobody received its secret before the handoff expired.';
/** How long a secret goes on that the handoff to be replaced did not deliver: somebody else may use it. */
const OTHERS_OVERLAP_MS = 86_400_000;

/** The secret that a handoff delivered. */
export interface HandedSecret {
  readonly keyId: KeyId;
  readonly secretVersion: number;
}

/** A new secret in place of one that was handed off. The one handed off ends after `overlapMs`; an older one that still lives because
 *  of a rotation goes on until its own end, so that who uses it is not cut off. A suspension for want of a recipient ends. Call
 *  inside a command. Throws KEY_NOT_FOUND, WRONG_STATUS, ROTATION_IN_PROGRESS. */
export function replaceSecret(
  context: UseCaseContext,
  handed: HandedSecret,
  parts: { readonly overlapMs: number | undefined; readonly reason: string },
): CommandOutcome<KeyWithSecret & { readonly secret: string }> {
  const { keyId } = handed;
  const { key, secrets } = loadKey(context, keyId);
  const { reason } = parts;
  const earlier: CommandOutcome<unknown>[] = [];
  const isCurrent = currentVersion(secrets) === handed.secretVersion;
  const older = retiringSecret(secrets, context.nowMs);
  let overlapMs = parts.overlapMs ?? (isCurrent ? 0 : OTHERS_OVERLAP_MS);
  if (isCurrent && older !== null) {
    earlier.push(undoneRotation(context, { keyId, reason }));
    overlapMs = (older.endsAtMs ?? context.nowMs) - context.nowMs;
  }
  const rotated = rotatedKey(context, { keyId, overlapMs, idleEndMs: null, notBefore: null, reason });
  if (key.suspendReason !== NEVER_RECEIVED) return joinOutcomes(earlier, rotated);
  const resumed = changedKeyState(context, {
    action: 'keys.resume',
    keyId,
    next: () => ({ suspendedAtMs: null, suspendReason: null, suspendMessage: null }),
    reason,
    changed: ['keys'],
  });
  return joinOutcomes([...earlier, rotated], { ...resumed, value: { ...rotated.value, key: resumed.value } });
}

/** Takes out of use what nobody received: the rotation that made it is undone while its old secret lives, else the key is suspended,
 *  which can be taken back. No new secret is made. Does nothing when the secret is not in use any more. */
export function withdrawSecret(
  context: UseCaseContext,
  handed: HandedSecret,
): readonly CommandOutcome<unknown>[] {
  const { keyId } = handed;
  const { key, secrets } = loadKey(context, keyId);
  if (key.revokedAtMs !== null || key.suspendedAtMs !== null) return [];
  if (currentVersion(secrets) !== handed.secretVersion) return [];
  if (retiringSecret(secrets, context.nowMs) !== null) {
    return [undoneRotation(context, { keyId, reason: NEVER_RECEIVED })];
  }
  return [
    changedKeyState(context, {
      action: 'keys.suspend',
      keyId,
      next: () => ({ suspendedAtMs: context.nowMs, suspendReason: NEVER_RECEIVED, suspendMessage: null }),
      after: { message: null },
      reason: NEVER_RECEIVED,
      changed: ['keys'],
    }),
  ];
}

/** Throws WRONG_STATUS when the secret that was handed off is not the key's current one: then a rotation would end another one. */
export function refuseOtherSecret(context: UseCaseContext, handed: HandedSecret): void {
  const { secrets } = loadKey(context, handed.keyId);
  if (currentVersion(secrets) === handed.secretVersion) return;
  const secret = secrets.find(({ version }) => version === handed.secretVersion);
  const state =
    secret === undefined
      ? 'ended'
      : secretState({ endsAtMs: secret.endsAtMs, isCurrent: false }, context.nowMs);
  throw new AppError(
    'WRONG_STATUS',
    state === 'retiring'
      ? 'The key has a newer secret already, and this one still lives. End the overlap of the key instead.'
      : 'The secret of this handoff is refused already, and the key has a newer one.',
  );
}
