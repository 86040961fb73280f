import { DEFAULT_LIMIT_NAME } from '#contract/plans.ts';
import type { DecisionCode, VerifyResponse } from '#contract/verify.ts';
import { engineLimitName } from './unkey-limit-names.ts';
import type { UnkeyCode, UnkeyVerifyRequest, UnkeyVerifyResponse } from './unkey-wire.ts';

type Data = UnkeyVerifyResponse['data'];
type RateLimits = NonNullable<Data['ratelimits']>;

/** Our codes folded to Unkey's eight. REVOKED is NOT_FOUND, because what is final here is a deleted key there; what can be taken
 *  back (SUSPENDED) is DISABLED. */
const UNKEY_CODES: Record<DecisionCode, UnkeyCode> = {
  VALID: 'VALID',
  MISSING_KEY: 'NOT_FOUND',
  MALFORMED: 'NOT_FOUND',
  NOT_FOUND: 'NOT_FOUND',
  REVOKED: 'NOT_FOUND',
  SUSPENDED: 'DISABLED',
  EXPIRED: 'EXPIRED',
  IP_NOT_ALLOWED: 'FORBIDDEN',
  ORIGIN_NOT_ALLOWED: 'FORBIDDEN',
  USER_AGENT_NOT_ALLOWED: 'FORBIDDEN',
  SERVICE_NOT_ALLOWED: 'FORBIDDEN',
  TIME_NOT_ALLOWED: 'FORBIDDEN',
  SIGNATURE_NOT_ALLOWED: 'FORBIDDEN',
  INSUFFICIENT_SCOPE: 'INSUFFICIENT_PERMISSIONS',
  RATE_LIMITED: 'RATE_LIMITED',
  QUOTA_EXCEEDED: 'USAGE_EXCEEDED',
};

/** A decision as clients of Unkey read it. A key that is not found is not described. */
export function unkeyAnswer(decision: VerifyResponse, asked: UnkeyVerifyRequest): UnkeyVerifyResponse {
  const code = UNKEY_CODES[decision.code];
  return { meta: { requestId: decision.requestId }, data: dataOf(decision, code, asked) };
}

function dataOf(decision: VerifyResponse, code: UnkeyCode, asked: UnkeyVerifyRequest): Data {
  if (!decision.valid) {
    if (code === 'NOT_FOUND' || decision.key === null) return { valid: false, code };
    const { keyId, name } = decision.key;
    return {
      valid: false,
      code,
      keyId,
      name,
      enabled: code !== 'DISABLED',
      ratelimits: rateLimitsOf(decision, asked),
    };
  }
  const { application, key, quota } = decision;
  return {
    valid: true,
    code,
    keyId: key.keyId,
    name: key.name,
    enabled: true,
    meta: key.meta,
    ...(key.expiresAt === null ? {} : { expires: key.graceEndsAt ?? key.expiresAt }),
    ...(quota === null ? {} : { credits: quota.remaining }),
    permissions: key.scopes,
    roles: [],
    identity: { id: application.id, externalId: key.externalId ?? application.slug },
    ratelimits: rateLimitsOf(decision, asked),
  };
}

/** One without a name is `default` here. One is exceeded when what the request wanted of it does not fit. */
function rateLimitsOf(decision: VerifyResponse, asked: UnkeyVerifyRequest): RateLimits {
  const { rateLimit, rateLimits } = decision;
  const single = rateLimit === null ? [] : [{ ...rateLimit, name: DEFAULT_LIMIT_NAME }];
  return (rateLimits.length > 0 ? rateLimits : single).map(
    ({ name, limit, remaining, resetMs, windowMs }) => {
      const told = asked.ratelimits?.find((one) => engineLimitName(one.name) === name);
      return {
        id: told?.name ?? name,
        name: told?.name ?? name,
        limit,
        duration: windowMs,
        reset: Math.ceil(resetMs),
        remaining,
        exceeded: decision.code === 'RATE_LIMITED' && remaining < (told?.cost ?? 1),
        autoApply: told?.limit === undefined || told.duration === undefined,
      };
    },
  );
}
