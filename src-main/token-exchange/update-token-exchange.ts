import type { HandlerInput } from '#contract/contract.ts';
import type { TokenExchange } from '#contract/token-exchange.ts';
import type { UseCaseContext } from '#main/context.ts';
import { changedFields, withChanges } from '#main/domain/changed-fields.ts';
import { getService } from '#main/services/get-service.ts';
import { createTokenExchangeQueries } from '#main/sqlite/token-exchange-queries.ts';
import { readTokenExchange } from './read-token-exchange.ts';
import { makeSigningKey, viewSigningKeys } from './signing-keys.ts';

const FIELDS = ['isOn', 'lifeMs'] as const;

/** Says whether keys are exchanged for tokens of a service, and how long these live. The first service that is switched on makes
 *  the signing key. Tokens that are out keep their end. Throws SERVICE_NOT_FOUND. */
export function updateTokenExchange(
  context: UseCaseContext,
  { serviceId, ...changes }: HandlerInput<'tokenExchange.update'>,
  serviceUrl: string,
): TokenExchange {
  return context.command(() => {
    const { name } = getService(context, { serviceId });
    const before = readTokenExchange(context, { serviceId }, serviceUrl);
    const { isOn, lifeMs } = withChanges(before, changes);
    createTokenExchangeQueries(context.db.handle).put({ serviceId, isOn, lifeMs });
    const needsKey = isOn && !viewSigningKeys(context).some(({ state }) => state === 'current');
    const made = needsKey ? makeSigningKey(context, context.nowMs) : null;
    const value = readTokenExchange(context, { serviceId }, serviceUrl);
    const fields = changedFields(before, value, FIELDS);
    return {
      value,
      audit: {
        action: 'tokenExchange.update',
        subject: { kind: 'service', id: serviceId, name },
        before: fields.before,
        after: made === null ? fields.after : { ...fields.after, signingKey: made.kid },
      },
      changed: ['services'],
    };
  });
}
