import type { ChildKey, EnrolmentToken } from '#contract/enrolment.ts';
import type { UseCaseContext } from '#main/context.ts';
import { isTokenLive } from '#main/domain/is-token-live.ts';
import { hasExpired } from '#main/domain/key-status.ts';
import type { StoredEnrolment, StoredEnrolmentToken } from '#main/sqlite/stored-enrolment.ts';

/** A token as callers see it at `context.nowMs`. */
export function viewToken({ db, nowMs }: UseCaseContext, token: StoredEnrolmentToken): EnrolmentToken {
  const { id, parentId, name, hint, scopeIds, hasOwnRules, rateLimit, needsContact } = token;
  const { childLifeMsMax, childrenMax } = token;
  return {
    ...{ id, name, hint, scopeIds, hasOwnRules, rateLimit, needsContact, childLifeMsMax, childrenMax },
    keyId: parentId,
    status: statusOf(token, nowMs),
    liveCount: db.enrolment.countLive(token, nowMs),
    mintedCount: token.mintedCount,
    lastUsedAt: token.lastUsedAtMs,
    createdAt: token.createdAtMs,
    expiresAt: token.expiresAtMs,
    revokedAt: token.revokedAtMs,
  };
}

function statusOf(token: StoredEnrolmentToken, nowMs: number): EnrolmentToken['status'] {
  if (token.revokedAtMs !== null) return 'revoked';
  return isTokenLive(token, nowMs) ? 'active' : 'expired';
}

/** A child as callers see it at `context.nowMs`. */
export function viewChild({ db, nowMs }: UseCaseContext, child: StoredEnrolment): ChildKey {
  const { keyId, name, tokenId, tokenName, version, commit, build, device, developer } = child;
  const { contactName, contactEmail } = child;
  return {
    ...{ keyId, name, tokenId, tokenName, version, commit, build, device, developer },
    ...{ contactName, contactEmail },
    createdAt: child.createdAtMs,
    endsAt: child.endsAtMs,
    status: childStatus(child, nowMs),
    lastUsedAt: db.lastUsed.keyAt(keyId),
  };
}

function childStatus(child: StoredEnrolment, nowMs: number): ChildKey['status'] {
  if (child.removedAtMs !== null) return 'removed';
  if (child.revokedAtMs !== null) return 'revoked';
  if (child.suspendedAtMs !== null) return 'suspended';
  return hasExpired(child, nowMs) ? 'expired' : 'active';
}
