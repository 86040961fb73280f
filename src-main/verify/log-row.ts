import type { RequestId, TimestampMs } from '#contract/ids.ts';
import type { RateLimit } from '#contract/plans.ts';
import type { VerifyRequest } from '#contract/verify.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import type { Refusal } from '#main/domain/verification.ts';
import type { DecisionPrincipal, DecisionRow, QuotaUse, WindowUse } from '#main/requests/decision-row.ts';
import { USER_AGENT_BYTES_MAX } from '#main/requests/stored-text.ts';
import type { ServiceRef, VerifyRow } from '#main/sqlite/verify-queries.ts';
import type { Attempt } from './attempt.ts';
import { notedText } from './key-warnings.ts';
import { limitsKeyId } from './limits-key.ts';
import { loggedPath } from './logged-path.ts';

const NO_TAGS: readonly string[] = [];

/** What the request log keeps of a decision. Query strings are left out and keys in paths, agents or tags are redacted. */
export function logRow(parts: {
  readonly attempt: Attempt;
  readonly nowMs: TimestampMs;
  readonly service: ServiceRef;
  readonly request: VerifyRequest;
  readonly requestId: RequestId;
  readonly refusal: Refusal | null;
  readonly latencyUs: number;
}): DecisionRow {
  const { attempt, nowMs, service, request, requestId, refusal, latencyUs } = parts;
  return {
    requestId,
    atMs: nowMs,
    serviceId: service.id,
    service: service.name,
    principal: attempt.row === null ? null : principalOf(attempt.row),
    code: refusal === null ? 'VALID' : refusal.code,
    method: request.method ?? null,
    path: loggedPath(request.path),
    clientIp: attempt.parts.question.clientIp,
    userAgent: request.userAgent === undefined ? null : keptText(request.userAgent, USER_AGENT_BYTES_MAX),
    rule: attempt.scopeFinding?.rule ?? null,
    detail: detailOf(refusal, notedText(attempt, attempt.row)),
    latencyUs,
    tags: tagsOf(attempt, request.tags),
    cost: attempt.hasSpent ? request.cost : 0,
    quota: quotaUseOf(attempt),
    windows: windowUsesOf(attempt),
  };
}

/** What refused the request, then what was only noted. */
function detailOf(refusal: Refusal | null, noted: string | null): string | null {
  const detail = refusal === null ? null : refusal.detail;
  if (noted === null) return detail;
  return detail === null ? noted : `${detail} ${noted}`;
}

/** As loggedPath does it. */
function keptText(text: string, bytesMax: number): string {
  return redactKeys(text).slice(0, bytesMax);
}

/** A child's own come first: what it is of is not for the service to say. */
function tagsOf({ parts, row }: Attempt, told: VerifyRequest['tags']): readonly string[] {
  const tags = told?.map(redactKeys) ?? NO_TAGS;
  if (row === null || row.childTagsJson === null) return tags;
  return [...new Set([...parts.policies.childTags(row), ...tags])];
}

function principalOf(row: VerifyRow): DecisionPrincipal {
  const { keyId, keyName, environment, secretVersion } = row;
  const { applicationId, application, partnerId, partner } = row;
  return { keyId, keyName, environment, secretVersion, applicationId, application, partnerId, partner };
}

function quotaUseOf(attempt: Attempt): QuotaUse | null {
  const { hasSpent, quota, quotaNotice, quotaOwnerId, quotaState } = attempt;
  if (!hasSpent || quota === null || quotaState === null || quotaOwnerId === null) return null;
  const { limit, period } = quota;
  const { periodStartMs, used } = quotaState;
  return { ownerId: quotaOwnerId, period, periodStartMs, used, limit, notice: quotaNotice };
}

/** Windows of this length and longer outlive a restart, whatever their limit. */
const LONG_WINDOW_MS = 60_000;
/** So do shorter ones up to this limit. A key that may do more in less time is a busy one: to keep each of its uses costs a sixth of a
 *  verification, and a window of seconds is over soon after the start. */
const SHORT_WINDOW_LIMIT_MAX = 1_000;

function outlivesRestart({ limit, windowMs }: RateLimit): boolean {
  return windowMs >= LONG_WINDOW_MS || limit <= SHORT_WINDOW_LIMIT_MAX;
}

function windowUsesOf({ hasSpent, judged, parts, rateLimit, row }: Attempt): readonly WindowUse[] | null {
  if (!hasSpent || row === null) return null;
  if (judged === null) {
    const { cost } = parts.question;
    if (rateLimit === null || cost === 0 || !outlivesRestart(rateLimit)) return null;
    return [{ windowId: limitsKeyId(row), windowMs: rateLimit.windowMs, cost }];
  }
  const uses = judged
    .filter(({ cost, limit }) => cost > 0 && outlivesRestart(limit))
    .map(({ cost, limit, windowId }) => ({ windowId, windowMs: limit.windowMs, cost }));
  return uses.length === 0 ? null : uses;
}
