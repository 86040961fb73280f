import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { getService } from './get-service.ts';
import { mintServiceToken } from './mint-service-token.ts';

/** Gives a service a new token, shown this once. Former tokens end after `overlapMs` at the latest, at once when it
 *  is 0. Throws SERVICE_NOT_FOUND. */
export function rotateServiceToken(
  context: UseCaseContext,
  input: HandlerInput<'services.rotateToken'>,
): Output<'services.rotateToken'> {
  return context.command(() => {
    const before = getService(context, input);
    const formerEndsAt = context.nowMs + input.overlapMs;
    const { serviceTokens } = context.db;
    serviceTokens.endFormer(before.id, formerEndsAt);
    serviceTokens.deleteEnded(before.id, context.nowMs);
    const token = mintServiceToken(context, before);
    const service = getService(context, input);
    return {
      value: { service, token },
      audit: {
        action: 'services.rotateToken',
        subject: { kind: 'service', id: before.id, name: before.name },
        before: { tokenHint: before.tokenHint },
        after: { tokenHint: service.tokenHint, formerEndsAt },
      },
      changed: ['services'],
    };
  });
}
