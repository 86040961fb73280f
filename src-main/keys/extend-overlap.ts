import type { HandlerInput } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { planExtendOverlap } from '#main/domain/rotation.ts';
import { setOverlapEnd } from './set-overlap-end.ts';

/** Moves the end of an overlap, later or sooner, within the bounds of `domain/rotation`.
 *  Throws KEY_NOT_FOUND, NO_ROTATION_IN_PROGRESS, INVALID_INPUT. */
export function extendOverlap(context: UseCaseContext, input: HandlerInput<'keys.extendOverlap'>): Key {
  return setOverlapEnd(context, {
    action: 'keys.extendOverlap',
    keyId: input.keyId,
    reason: null,
    plan: (facts) => planExtendOverlap({ ...facts, endsAtMs: input.endsAt }),
  });
}
