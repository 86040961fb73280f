import type { ServiceId } from '#contract/ids.ts';
import {
  JWKS_PATH,
  TOKEN_LIFE_MS_DEFAULT,
  TOKEN_PATH,
  type TokenExchange,
} from '#contract/token-exchange.ts';
import type { UseCaseContext } from '#main/context.ts';
import { getService } from '#main/services/get-service.ts';
import { createTokenExchangeQueries } from '#main/sqlite/token-exchange-queries.ts';
import { viewSigningKeys } from './signing-keys.ts';

/** How keys are exchanged for tokens of a service; off until somebody switched it on. `serviceUrl` = where services ask.
 *  Throws SERVICE_NOT_FOUND. */
export function readTokenExchange(
  context: UseCaseContext,
  { serviceId }: { readonly serviceId: ServiceId },
  serviceUrl: string,
): TokenExchange {
  const { slug } = getService(context, { serviceId });
  const stored = createTokenExchangeQueries(context.db.handle).get(serviceId);
  return {
    serviceId,
    isOn: stored?.isOn ?? false,
    lifeMs: stored?.lifeMs ?? TOKEN_LIFE_MS_DEFAULT,
    issuer: serviceUrl,
    audience: slug,
    tokenUrl: `${serviceUrl}${TOKEN_PATH}`,
    jwksUrl: `${serviceUrl}${JWKS_PATH}`,
    signingKeys: viewSigningKeys(context),
  };
}
