import type { HandlerInput } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import { planEndOverlap } from '#main/domain/rotation.ts';
import { setOverlapEnd } from './set-overlap-end.ts';

/** Ends the old secret of a rotation now. Throws KEY_NOT_FOUND, NO_ROTATION_IN_PROGRESS. */
export function endOverlap(context: UseCaseContext, input: HandlerInput<'keys.endOverlap'>): Key {
  return setOverlapEnd(context, {
    action: 'keys.endOverlap',
    keyId: input.keyId,
    reason: input.reason ?? null,
    plan: planEndOverlap,
  });
}
