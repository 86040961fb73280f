import type { HandlerInput } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import { RESTORE_WINDOW_MS } from '#contract/restore-window.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { changeKeyState, messageOf } from './change-key-state.ts';

/** Takes a revocation back, within RESTORE_WINDOW_MS and not when the reason was `leaked`.
 *  Throws KEY_NOT_FOUND, RESTORE_NOT_POSSIBLE. */
export function restoreKey(context: UseCaseContext, input: HandlerInput<'keys.restore'>): Key {
  return changeKeyState(context, {
    action: 'keys.restore',
    keyId: input.keyId,
    next: (loaded, view) => {
      if (loaded.key.isRevokedWithParent === 1) {
        const message = 'This key was revoked with its parent. Restore the parent.';
        throw new AppError('RESTORE_NOT_POSSIBLE', message);
      }
      const whyNot = whyNotRestorable(view.revocation);
      if (whyNot !== null) throw new AppError('RESTORE_NOT_POSSIBLE', whyNot);
      return { revokedAtMs: null, revokeReason: null, revokeNote: null };
    },
    after: messageOf(input),
    reason: input.reason ?? null,
    changed: ['keys', 'applications', 'partners', 'scopes', 'plans'],
  });
}

function whyNotRestorable(revocation: Key['revocation']): string | null {
  if (revocation === null) return 'This key is not revoked: there is nothing to restore.';
  if (revocation.restorableUntil !== null) return null;
  if (revocation.reason === 'leaked') return 'A leaked key cannot be restored. Create a new key instead.';
  const minutes = String(RESTORE_WINDOW_MS / 60_000);
  return `A revoked key can be restored for ${minutes} minutes, and they are over. Create a new key instead.`;
}
