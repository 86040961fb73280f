import type { VerifyRequest } from '#contract/verify.ts';
import { requestOrigin } from '#main/domain/origin-allow.ts';
import type { ScopeQuery } from '#main/domain/scope-query.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import type { Question } from './attempt.ts';
import { usableAddress } from './ip-allow.ts';

/** What a request of a service asks about. Absent fields are null; so is a client address that cannot be read. */
export function questionOf(
  service: ServiceRef,
  request: VerifyRequest,
  scopeQuery: ScopeQuery | null,
): Question {
  return {
    method: request.method ?? null,
    path: request.path ?? null,
    scopes: request.scopes ?? null,
    scopeQuery,
    clientIp: usableAddress(request.clientIp),
    origin: requestOrigin(request.origin, request.referrer),
    userAgent: request.userAgent ?? null,
    serviceId: service.id,
    cost: request.cost,
    rateLimits: request.rateLimits ?? null,
  };
}
