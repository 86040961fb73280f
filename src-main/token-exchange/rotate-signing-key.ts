import type { HandlerInput, Output } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import { JWKS_MAX_AGE_MS, TOKEN_LIFE_MS_MAX } from '#contract/token-exchange.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { createTokenExchangeQueries } from '#main/sqlite/token-exchange-queries.ts';
import { makeSigningKey, viewSigningKeys } from './signing-keys.ts';

/** Makes a new signing key. It is published at once and signs when every checker that keeps the list for as long as it may has it; the
 *  former one stays published until the last token that it can sign has ended. `isCompromised`: the former ones go at once, and
 *  the new one signs at once. Throws WRONG_STATUS while one waits to start, and when there is none to replace. */
export function rotateSigningKey(
  context: UseCaseContext,
  { isCompromised }: HandlerInput<'tokenExchange.rotateKey'>,
): Output<'tokenExchange.rotateKey'> {
  return context.command(() => {
    const before = viewSigningKeys(context);
    checkRotation(before, isCompromised);
    const queries = createTokenExchangeQueries(context.db.handle);
    const startsAtMs = timestampMs.parse(context.nowMs + (isCompromised ? 0 : JWKS_MAX_AGE_MS));
    if (isCompromised) queries.removeKeys();
    else queries.endKeys(timestampMs.parse(startsAtMs + TOKEN_LIFE_MS_MAX));
    const { kid } = makeSigningKey(context, startsAtMs);
    const former = before.filter(({ state }) => state !== 'retired').map((key) => key.kid);
    return {
      value: { signingKeys: viewSigningKeys(context) },
      audit: {
        action: 'tokenExchange.rotateKey',
        subject: { kind: 'setting', id: 'signing_key', name: 'signing key of tokens' },
        before: { signingKeys: former },
        after: { signingKey: kid, startsAt: startsAtMs, isCompromised },
      },
      changed: ['services'],
    };
  });
}

function checkRotation(keys: Output<'tokenExchange.rotateKey'>['signingKeys'], isCompromised: boolean): void {
  if (keys.length === 0) {
    throw new AppError('WRONG_STATUS', 'There is no signing key yet. Switch tokens on for a service first.');
  }
  if (!isCompromised && keys.some(({ state }) => state === 'next')) {
    throw new AppError(
      'WRONG_STATUS',
      'A new signing key starts within minutes already. Wait until it signs.',
    );
  }
}
