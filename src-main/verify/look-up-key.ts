import type { LookupRequest, LookupResponse } from '#contract/lookup.ts';
import { hasExpired, secretState } from '#main/domain/key-status.ts';
import type { KeyShape } from '#main/domain/key-shape.ts';
import type { Clock } from '#main/platform/clock.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import type { VerifyLookup } from '#main/sqlite/verify-lookup.ts';
import type { ServiceRef, VerifyRow } from '#main/sqlite/verify-queries.ts';
import { limitsOf } from './answer.ts';
import { Attempt } from './attempt.ts';
import type { BlockedSources } from './blocked-sources.ts';
import { findCredential, readCredential } from './credential.ts';
import type { Guard } from './guard.ts';
import { isUnreadableAddress, usableAddress } from './ip-allow.ts';
import { judgeSource } from './judge-source.ts';
import { knownRow } from './known-at.ts';
import type { Limiter } from './limiter.ts';
import type { Policies } from './policies.ts';
import { UNREADABLE_ADDRESS } from './no-decision.ts';
import type { NoDecision } from './no-decision.ts';

/** What a look-up came to. */
export type LookupOutcome = { readonly kind: 'answer'; readonly answer: LookupResponse } | NoDecision;

/** What a look-up works with. */
export interface LookupParts {
  readonly lookup: VerifyLookup;
  readonly keyring: Keyring;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly policies: Policies;
  readonly guard: Guard;
  readonly sources: Pick<BlockedSources, 'find' | 'noteHit'>;
  readonly keyShapes: () => readonly KeyShape[];
}

const UNKNOWN: LookupResponse = { found: false };

/** Who a key is, how it is and what it has left at the calling service. It is no use of the key, spends nothing and is not in the
 *  log. A key that holds nothing at the service, or is bound to others, and every key that is asked about from a blocked source, is answered as
 *  one that does not exist. */
export function lookUpKey(parts: LookupParts, service: ServiceRef, request: LookupRequest): LookupOutcome {
  const { clock, guard, policies } = parts;
  const monotonicMs = clock.monotonicMs();
  const nowMs = clock.nowMs();
  const clientIp = usableAddress(request.clientIp);
  if (clientIp === null && isUnreadableAddress(request.clientIp)) return UNREADABLE_ADDRESS;
  const question = { ...NOTHING_ASKED, clientIp, serviceId: service.id };
  const source = judgeSource(parts, { request, question, service, nowMs, monotonicMs });
  if (source !== null) return source.notNow ?? { kind: 'answer', answer: UNKNOWN };
  const credential = readCredential(request, parts.keyShapes());
  const notNow = guard.beforeLookUp(service, credential, question, monotonicMs);
  if (notNow !== null) return notNow;
  const attempt = new Attempt({
    nowMs,
    monotonicMs,
    presented: credential.presented,
    find: () => rowAt(parts, credential, service),
    question,
    limits: 'check',
    policies,
    limiter: parts.limiter,
    draft: null,
  });
  const { pair, text, token } = credential;
  const isReadable = text !== null || pair !== null || token !== null;
  if (isReadable) attempt.findKey();
  const { row } = attempt;
  if (row === null) {
    const code = isReadable ? 'NOT_FOUND' : 'MALFORMED';
    const retryAfterMs = guard.throttled(code, clientIp, service.id, monotonicMs);
    return retryAfterMs === null ? { kind: 'answer', answer: UNKNOWN } : { kind: 'throttled', retryAfterMs };
  }
  attempt.rateRefusal();
  attempt.quotaRefusal();
  return { kind: 'answer', answer: answerOf(attempt, row, policies) };
}

/** Asked with no cost, every limit tells what it has left. */
const NOTHING_ASKED = {
  method: null,
  path: null,
  scopes: null,
  scopeQuery: null,
  origin: null,
  userAgent: null,
  cost: 0,
  rateLimits: null,
  isEveryLimit: true,
} as const;

function rowAt(
  parts: LookupParts,
  credential: ReturnType<typeof readCredential>,
  service: ServiceRef,
): VerifyRow | null {
  const row = knownRow(findCredential(parts, credential, service.id), parts.policies, 'here');
  if (row === null) return null;
  const { isObserving, service: allowed } = parts.policies.bindings(row);
  return isObserving || allowed === null || allowed.has(service.id) ? row : null;
}

function answerOf(attempt: Attempt, row: VerifyRow, policies: Policies): LookupResponse {
  const { nowMs } = attempt;
  const isCurrent = row.secretVersion === row.currentVersion;
  return {
    found: true,
    key: {
      keyId: row.keyId,
      name: row.keyName,
      environment: row.environment,
      status: statusOf(row, nowMs),
      secretVersion: row.secretVersion,
      secretState: secretState({ endsAtMs: row.secretEndsAtMs, isCurrent }, nowMs),
      secretEndsAt: row.secretEndsAtMs,
      scopes: policies.held(row).scopeNames,
      createdAt: row.createdAtMs,
      expiresAt: row.expiresAtMs,
      meta: policies.meta(row),
      externalId: row.externalId,
    },
    application: { id: row.applicationId, name: row.application, slug: row.applicationSlug },
    partner: { id: row.partnerId, name: row.partner, tier: row.tier },
    ...limitsOf(attempt),
  };
}

function statusOf(row: VerifyRow, nowMs: number): 'active' | 'suspended' | 'expired' | 'revoked' {
  if (row.revokedAtMs !== null) return 'revoked';
  if (row.suspendedAtMs !== null) return 'suspended';
  return hasExpired(row, nowMs) ? 'expired' : 'active';
}
