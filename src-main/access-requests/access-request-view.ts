import { STALE_REQUEST_MS, type AccessRequest } from '#contract/access-requests.ts';
import type { AccessRequestId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { StoredAccessRequest } from '#main/sqlite/access-request-queries.ts';
import { createAccessThreadQueries } from '#main/sqlite/access-thread-queries.ts';

/** Similar requests that are counted and named. */
export const SIMILAR_MAX = 20;

/** A request as stored. Throws ACCESS_REQUEST_NOT_FOUND. */
export function loadAccessRequest(context: UseCaseContext, id: AccessRequestId): StoredAccessRequest {
  const stored = context.db.accessRequests.get(id);
  if (stored !== null) return stored;
  throw new AppError(
    'ACCESS_REQUEST_NOT_FOUND',
    'There is no such request any more. Look it up in the list of key requests.',
  );
}

/** Waits it for us, or for its applicant? */
export function isUndecided({ state }: Pick<StoredAccessRequest, 'state'>): boolean {
  return state === 'open' || state === 'asked';
}

/** The same for a command that decides it. Throws WRONG_STATUS when somebody has. */
export function loadUndecided(context: UseCaseContext, id: AccessRequestId): StoredAccessRequest {
  const stored = loadAccessRequest(context, id);
  if (isUndecided(stored)) return stored;
  throw new AppError(
    'WRONG_STATUS',
    `This request was ${stored.state} by ${stored.decidedBy ?? 'somebody'}.`,
  );
}

/** A request as callers see it at `context.nowMs`. */
export function viewAccessRequest(context: UseCaseContext, stored: StoredAccessRequest): AccessRequest {
  const thread = createAccessThreadQueries(context.db.handle);
  const last = thread.last(stored.id);
  const answeredAt = last?.author === null ? last.at : null;
  const waitsSinceMs = answeredAt ?? stored.createdAtMs;
  return {
    id: stored.id,
    reference: stored.reference,
    state: stored.state,
    createdAt: stored.createdAtMs,
    application: stored.application,
    team: stored.team,
    contactEmail: stored.contactEmail,
    purpose: stored.purpose,
    repository: stored.repository,
    environment: stored.environment,
    requestsPerDay: stored.requestsPerDay,
    keyId: stored.keyId,
    endpoints: stored.endpoints,
    product: stored.product,
    termsVersion: stored.termsVersion,
    address: stored.address,
    contactConfirmedAt: stored.contactConfirmedAtMs,
    isCodeWaiting: stored.contactCodeHash !== null,
    decidedAt: stored.decidedAtMs,
    decidedBy: stored.decidedBy,
    isAutomatic: stored.isAutomatic === 1,
    answer: stored.answer,
    grantedKeyId: stored.grantedKeyId,
    answeredAt,
    mergedInto: stored.mergedInto === null ? null : thread.name(stored.mergedInto),
    isStale: stored.state === 'open' && context.nowMs - waitsSinceMs > STALE_REQUEST_MS,
    similarCount: isUndecided(stored) ? context.db.accessRequests.countSimilar(stored) : 0,
  };
}
