import type { RefusalProblem, RefusedDecision, ValidDecision, Problem } from '#contract/verify.ts';
import type { AnswerSink } from '#main/http/answer-sink.ts';
import { helpLink } from '#main/http/help-link.ts';
import { problemBody } from '#main/http/problem.ts';
import type { ProblemDraft } from '#main/http/problem.ts';
import { sendEmpty, sendText } from '#main/http/send-json.ts';
import { challenge } from './challenge.ts';
import { keepSeconds } from '#main/verify/keep-seconds.ts';
import type { Keep } from '#main/verify/keep-seconds.ts';
import type { Dialect } from './dialect.ts';
import { asciiJson } from './header-text.ts';
import { consumerHeaders, identityHeaders, lifetimeHeaders } from './identity-headers.ts';
import { DECIDING_HEADERS } from './proxy-headers.ts';
import { addRateLimitFields } from './rate-limit-fields.ts';

/** What a proxy is told, before its dialect has its say. No body = the request may pass. */
export interface ForwardAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem | RefusalProblem | null;
  /** For how long the proxy may keep that the request may pass; null = not at all. */
  readonly keep: Keep | null;
}

/** What the operator switched on in X-Latchkey-Options, and the time, ms UTC. */
export interface AnswerOptions {
  readonly nowMs: number;
  readonly isConsumerWanted: boolean;
  readonly isLegacyWanted: boolean;
}

/** The request may pass: who calls, and what is left of the limits. */
export function allowed(decision: ValidDecision, keep: Keep | null, options: AnswerOptions): ForwardAnswer {
  const headers = identityHeaders(decision);
  if (options.isConsumerWanted) Object.assign(headers, consumerHeaders(decision));
  Object.assign(headers, lifetimeHeaders(decision, options.nowMs));
  addRateLimitFields(headers, decision, options);
  return { status: 200, headers, body: null, keep };
}

/** The request may not pass: why, and what to do about it, for the client itself. */
export function refused(decision: RefusedDecision, options: AnswerOptions): ForwardAnswer {
  const { code, status, message, detail, requestId, missing, rule, retryAfterMs, contact, help } = decision;
  const body: RefusalProblem = {
    type: `urn:latchkey:problem:${code}`,
    title: REFUSAL_TITLES[code],
    status,
    detail: detail === null ? message : `${message} ${detail}`,
    code,
    requestId,
    missing,
    rule,
    retryAfterMs,
    contact,
    help,
  };
  const headers = problemHeaders(body, retryAfterMs);
  const link = helpLink(help);
  if (link !== null) headers['Link'] = link;
  addRateLimitFields(headers, decision, options);
  return { status, headers, body, keep: null };
}

/** No decision about the key, or one that the standard calls a bad request. */
export function problemAnswer(draft: ProblemDraft): ForwardAnswer {
  const body = problemBody(draft);
  const headers = problemHeaders(body, draft.retryAfterMs ?? null);
  return { status: draft.status, headers, body, keep: null };
}

/** Sends it as the dialect wants it. `nowMs` tells the time, ms UTC. */
export function sendAnswer(
  response: AnswerSink,
  dialect: Dialect,
  { answer, nowMs }: { readonly answer: ForwardAnswer; readonly nowMs: () => number },
): void {
  if (response.headersSent || response.destroyed) return;
  const { status, headers, body } = answer;
  if (body === null) {
    // Envoy asks with the client's own method, and caches answer HEAD with what they keep of GET: HEAD may be denied.
    const left = dialect.name === 'envoy' ? 0 : keepSeconds(answer.keep, nowMs);
    sendEmpty(response, status, headers, { keepSeconds: left, vary: DECIDING_HEADERS });
    return;
  }
  const text = JSON.stringify(body);
  if (dialect.passesAnyStatus) {
    sendText(response, status, text, PROBLEM_TYPE, headers);
    return;
  }
  sendText(response, status === 401 ? 401 : 403, text, PROBLEM_TYPE, {
    'X-Latchkey-Status': String(status),
    'X-Latchkey-Problem': asciiJson(body),
    ...headers,
  });
}

const PROBLEM_TYPE = { 'Content-Type': 'application/problem+json' };

function problemHeaders(
  { status, code, detail, requestId }: Problem | RefusalProblem,
  retryAfterMs: number | null,
): Record<string, string> {
  const authenticate = challenge(status, code, detail);
  return {
    'X-Request-Id': requestId,
    ...(authenticate === null ? {} : { 'WWW-Authenticate': authenticate }),
    ...(retryAfterMs === null ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) }),
  };
}

/** What refusals are called. */
export const REFUSAL_TITLES: Record<RefusedDecision['code'], string> = {
  MISSING_KEY: 'An API key is needed',
  MALFORMED: 'This is not an API key',
  NOT_FOUND: 'This API key is not known',
  REVOKED: 'This API key is revoked',
  SUSPENDED: 'This API key is suspended',
  EXPIRED: 'This API key has expired',
  IP_NOT_ALLOWED: 'This API key may not be used from this address',
  ORIGIN_NOT_ALLOWED: 'This API key may not be used by this page',
  USER_AGENT_NOT_ALLOWED: 'This API key may not be used by this program',
  SERVICE_NOT_ALLOWED: 'This API key may not be used at this service',
  TIME_NOT_ALLOWED: 'This API key may not be used at this time',
  SIGNATURE_NOT_ALLOWED: 'This API key wants signed requests',
  INSUFFICIENT_SCOPE: 'This API key may not do this',
  RATE_LIMITED: 'Too many requests',
  QUOTA_EXCEEDED: 'The quota is used up',
};
