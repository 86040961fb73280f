import type { HandlerInput } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { changeKeyState } from './change-key-state.ts';

/** Refuses a key until it is resumed; `message` is passed on to its callers. Its clock goes on: overlap and expiry are
 *  not held. Throws KEY_NOT_FOUND, WRONG_STATUS. */
export function suspendKey(context: UseCaseContext, input: HandlerInput<'keys.suspend'>): Key {
  return changeKeyState(context, {
    action: 'keys.suspend',
    keyId: input.keyId,
    next: (_loaded, view) => {
      if (view.status === 'revoked')
        throw new AppError('WRONG_STATUS', 'This key is revoked, it is refused already.');
      if (view.status === 'suspended') {
        throw new AppError(
          'WRONG_STATUS',
          'This key is suspended already. Resume it first to change the reason.',
        );
      }
      return {
        suspendedAtMs: context.nowMs,
        suspendReason: input.reason,
        suspendMessage: input.message,
      };
    },
    after: { message: input.message },
    reason: input.reason,
    changed: ['keys'],
  });
}
