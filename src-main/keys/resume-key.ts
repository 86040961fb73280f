import type { HandlerInput } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { changeKeyState, messageOf } from './change-key-state.ts';

/** Ends a suspension. Throws KEY_NOT_FOUND, WRONG_STATUS when the key is not suspended. */
export function resumeKey(context: UseCaseContext, input: HandlerInput<'keys.resume'>): Key {
  return changeKeyState(context, {
    action: 'keys.resume',
    keyId: input.keyId,
    next: (loaded, view) => {
      if (loaded.key.isSuspendedWithParent === 1) {
        throw new AppError('WRONG_STATUS', 'This key is suspended with its parent. Resume the parent.');
      }
      if (view.status !== 'suspended') {
        throw new AppError(
          'WRONG_STATUS',
          `This key is not suspended, it is ${view.status}: there is nothing to resume.`,
        );
      }
      return { suspendedAtMs: null, suspendReason: null, suspendMessage: null };
    },
    after: messageOf(input),
    reason: input.reason ?? null,
    changed: ['keys'],
  });
}
