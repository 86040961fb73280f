import type { HandlerInput } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { changeKeyState, messageOf } from './change-key-state.ts';

/** Refuses a key from now on, both secrets of a rotation with it. Nothing else of the key changes, so that a restore
 *  brings back the state it had. The reason stands: it decides whether there can be a restore.
 *  Throws KEY_NOT_FOUND, WRONG_STATUS when the key is revoked already. */
export function revokeKey(context: UseCaseContext, input: HandlerInput<'keys.revoke'>): Key {
  return changeKeyState(context, {
    action: 'keys.revoke',
    keyId: input.keyId,
    next: (_loaded, view) => {
      if (view.status === 'revoked') {
        throw new AppError('WRONG_STATUS', 'This key is revoked already. Its reason cannot be changed.');
      }
      return {
        revokedAtMs: context.nowMs,
        revokeReason: input.reason,
        revokeNote: input.note ?? input.message,
      };
    },
    after: { note: input.note, ...messageOf(input) },
    reason: input.reason,
    changed: ['keys', 'applications', 'partners', 'scopes', 'plans'],
  });
}
