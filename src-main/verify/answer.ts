import { timestampMs } from '#contract/ids.ts';
import type { RequestId } from '#contract/ids.ts';
import type { RateLimit } from '#contract/plans.ts';
import type { TraceStep } from '#contract/trace-step.ts';
import { DECISION_STATUS } from '#contract/verify.ts';
import type {
  RateLimitState,
  RefusedDecision,
  ValidDecision,
  VerifyRequest,
  Warning,
} from '#contract/verify.ts';
import { makeAskToken, type AskMac } from '#main/domain/ask-token.ts';
import { nextBrownout } from '#main/domain/brownout.ts';
import type { WindowState } from '#main/domain/rate-limit.ts';
import { shownPath } from '#main/domain/scope-check.ts';
import type { Refusal } from '#main/domain/verification.ts';
import type { ServiceRef, VerifyRow } from '#main/sqlite/verify-queries.ts';
import type { Attempt } from './attempt.ts';
import { keyWarnings } from './key-warnings.ts';
import { limitWarnings } from './limit-warnings.ts';

/** What every answer carries. */
export interface AnswerParts {
  readonly requestId: RequestId;
  readonly latencyUs: number;
  readonly trace: readonly TraceStep[] | null;
}

/** Whom and where a refused caller can ask, as the operator says. */
export interface HelpSettings {
  readonly helpContact: string | null;
  /** A page of the operator's own; null = the page of this server. */
  readonly helpUrl: string | null;
}

/** What the way to help is made of. */
interface HelpParts {
  readonly settings: () => HelpSettings;
  /** Base URL under which callers reach the public pages, no slash at its end. */
  readonly serviceUrl: () => string;
  /** Signs what may be asked for without typing it. */
  readonly keyring: { readonly askMac: AskMac };
}

/** The answer to a request that may pass. */
export function validAnswer(attempt: Attempt, row: VerifyRow, parts: AnswerParts): ValidDecision {
  const { policies } = attempt.parts;
  return {
    valid: true,
    code: 'VALID',
    status: DECISION_STATUS.VALID,
    requestId: parts.requestId,
    key: {
      keyId: row.keyId,
      name: row.keyName,
      environment: row.environment,
      secretVersion: row.secretVersion,
      scopes: policies.held(row).scopeNames,
      expiresAt: row.expiresAtMs,
      ...graceOf(row),
      meta: policies.meta(row),
      externalId: row.externalId,
    },
    application: { id: row.applicationId, name: row.application, slug: row.applicationSlug },
    partner: { id: row.partnerId, name: row.partner, tier: row.tier },
    ...limitsOf(attempt),
    rotation:
      row.secretEndsAtMs === null || row.rotatedAtMs === null
        ? null
        : {
            state: 'retiring',
            rotatedAt: row.rotatedAtMs,
            secretEndsAt: row.secretEndsAtMs,
            currentVersion: row.currentVersion,
            ...brownoutOf(row, attempt.nowMs),
          },
    warnings: warningsOf(attempt, row),
    latencyUs: parts.latencyUs,
    ...traceOf(parts),
  };
}

const NO_GRACE = {};

function graceOf(row: VerifyRow): Pick<ValidDecision['key'], 'graceEndsAt'> {
  if (row.expiryGraceMs === null || row.expiresAtMs === null) return NO_GRACE;
  return { graceEndsAt: timestampMs.parse(row.expiresAtMs + row.expiryGraceMs) };
}

/** The next brownout that begins before the old secret ends; nothing where none is planned. */
function brownoutOf(row: VerifyRow, nowMs: number): Pick<NonNullable<ValidDecision['rotation']>, 'brownout'> {
  if (row.brownoutEveryMs === null || row.secretEndsAtMs === null) return {};
  const next = nextBrownout(row, nowMs);
  if (next === null || next.fromMs >= row.secretEndsAtMs) return {};
  return { brownout: { from: timestampMs.parse(next.fromMs), to: timestampMs.parse(next.toMs) } };
}

/** The answer to a request that may not pass: why, what is missing, and whom to ask. */
export function refusedAnswer(
  attempt: Attempt,
  refusal: Refusal,
  help: Pick<RefusedDecision, 'contact' | 'help'>,
  parts: AnswerParts,
): RefusedDecision {
  const { row } = attempt;
  return {
    valid: false,
    code: refusal.code,
    status: DECISION_STATUS[refusal.code],
    requestId: parts.requestId,
    message: refusal.message,
    detail: refusal.detail,
    missing: refusal.missing,
    rule: refusal.rule,
    retryAfterMs: refusal.retryAfterMs,
    contact: help.contact,
    help: help.help,
    rateLimit: rateLimitOf(attempt),
    rateLimits: rateLimitsOf(attempt),
    ...(refusal.code === 'QUOTA_EXCEEDED' ? { quota: quotaOf(attempt) } : {}),
    warnings: warningsOf(attempt, row),
    key: row === null ? null : { keyId: row.keyId, name: row.keyName },
    latencyUs: parts.latencyUs,
    ...traceOf(parts),
  };
}

/** A refused call of a service, for its way to help. */
interface RefusedCall {
  readonly code: RefusedDecision['code'];
  readonly service: ServiceRef;
  readonly request: Pick<VerifyRequest, 'method' | 'path'>;
  readonly nowMs: number;
}

/** The application's own contact before the operator's; our own page is told what was asked for, never the key. Where rights are
 *  missing, signed: there the page offers to ask for exactly that. */
export function helpFor(
  row: VerifyRow | null,
  { code, service, request, nowMs }: RefusedCall,
  { keyring, settings, serviceUrl }: HelpParts,
): Pick<RefusedDecision, 'contact' | 'help'> {
  const { helpContact, helpUrl } = settings();
  const contact = row?.contactEmail ?? helpContact;
  if (helpUrl !== null) return { contact, help: helpUrl };
  const page = `${serviceUrl()}/request-access?`;
  const asking = `service=${encodeURIComponent(service.slug)}`;
  const { method, path } = request;
  if (method === undefined || path === undefined) return { contact, help: page + asking };
  const shown = shownPath(path);
  const endpoint = `method=${encodeURIComponent(method)}&path=${encodeURIComponent(shown)}`;
  const link = `${page}${endpoint}&${asking}`;
  if (code !== 'INSUFFICIENT_SCOPE') return { contact, help: link };
  const ask = makeAskToken(keyring.askMac, { service: service.slug, method, path: shown }, nowMs);
  return { contact, help: `${link}&ask=${ask}` };
}

/** Of the key and its limits; a new list only where both have something to say. */
export function warningsOf(attempt: Attempt, row: VerifyRow | null): readonly Warning[] {
  const ofLimits = limitWarnings(attempt);
  const ofKey = keyWarnings(attempt, row);
  if (ofLimits.length === 0) return ofKey;
  return ofKey.length === 0 ? ofLimits : [...ofKey, ...ofLimits];
}

/** What the limits have left, as far as they were asked. */
export function limitsOf(attempt: Attempt): Pick<ValidDecision, 'rateLimit' | 'rateLimits' | 'quota'> {
  return {
    rateLimit: rateLimitOf(attempt),
    rateLimits: rateLimitsOf(attempt),
    quota: quotaOf(attempt),
  };
}

function rateLimitOf({ rateLimit, rateState }: Attempt): ValidDecision['rateLimit'] {
  return rateLimit === null || rateState === null ? null : stateOf(rateLimit, rateState);
}

const NO_RATE_LIMITS: ValidDecision['rateLimits'] = [];

function rateLimitsOf({ judged }: Attempt): ValidDecision['rateLimits'] {
  if (judged === null) return NO_RATE_LIMITS;
  return judged.map(({ limit, state }) => ({ name: limit.name, ...stateOf(limit, state) }));
}

function stateOf({ limit, windowMs }: RateLimit, { remaining, resetMs }: WindowState): RateLimitState {
  return { limit, remaining, resetMs: Math.ceil(resetMs), windowMs };
}

function quotaOf({ quota, quotaState }: Attempt): ValidDecision['quota'] {
  if (quota === null || quotaState === null) return null;
  const { limit, period } = quota;
  return { limit, remaining: quotaState.remaining, period, resetsAt: quotaState.resetsAtMs };
}

function traceOf({ trace }: AnswerParts): { readonly trace?: readonly TraceStep[] } {
  return trace === null ? {} : { trace };
}
