import type { ParsedScopeQuery } from '#main/domain/scope-query.ts';

/** Why a verification is not made now. */
export type ShedReason = 'service-ceiling' | 'server-ceiling' | 'load';

/** Why there is no decision: see VerifyOutcome. */
export type NoDecision =
  | { readonly kind: 'bad-request'; readonly field: string; readonly message: string }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  | { readonly kind: 'overloaded'; readonly why: ShedReason; readonly retryAfterMs: number };

/** The id of another request. */
export const OTHER_REQUEST: NoDecision = {
  kind: 'bad-request',
  field: 'requestId',
  message:
    'This requestId was used for another key, method, path, scopes, limits or cost within five minutes. Send a new one.',
};

/** A client address that is none. */
export const UNREADABLE_ADDRESS: NoDecision = {
  kind: 'bad-request',
  field: 'clientIp',
  message:
    'clientIp is no IP address. Send the address of the client, such as 203.0.113.9 or 2001:db8::1, or leave clientIp out.',
};

/** A limit that has to hold and that there is not: see Verification.mustLimit. */
export function noSuchLimit(name: string, names: readonly string[] = []): NoDecision {
  return {
    kind: 'bad-request',
    field: `rateLimits.${String(names.indexOf(name))}.name`,
    message:
      'This API key has no rate limit of this name: it would limit nothing. Send limit and windowMs with it.',
  };
}

/** A demand on scopes that cannot be read. */
export function unreadableQuery({ position, message }: Extract<ParsedScopeQuery, { ok: false }>): NoDecision {
  const detail = `scopeQuery, character ${String(position)}: ${message}`;
  return { kind: 'bad-request', field: 'scopeQuery', message: detail };
}
