import type { Problem, ProblemCode } from '#contract/verify.ts';
import type { AnswerSink } from './answer-sink.ts';
import type { GuardRefusal } from './guard.ts';
import { sendText } from './send-json.ts';

const TITLES: Record<ProblemCode, string> = {
  BAD_REQUEST: 'The request cannot be understood',
  UNKNOWN_FIELD: 'The body has a field that is not known',
  KEY_IN_URL: 'Keys and tokens do not belong in a URL',
  CREDENTIALS_UNCLEAR: 'It is not clear which API key is meant',
  HEADERS_CONFLICT: 'The headers contradict each other',
  GATEWAY_MISCONFIGURED: 'The gateway does not say what it asks about',
  SERVICE_TOKEN_MISSING: 'A service token is needed',
  SERVICE_TOKEN_INVALID: 'The service token is not valid',
  ENROLMENT_TOKEN_MISSING: 'An enrolment token is needed',
  ENROLMENT_TOKEN_INVALID: 'The enrolment token is not valid',
  IP_NOT_ALLOWED: 'Nothing is given to this address',
  PARENT_NOT_LIVE: 'The key of this token does not work',
  TOO_MANY_CHILDREN: 'As many keys live as may',
  REQUEST_ID_TAKEN: 'This requestId has brought a key before',
  CONTACT_NEEDED: 'Say who you are',
  FORBIDDEN_ORIGIN: 'Not from this page',
  MISDIRECTED_HOST: 'This server has another name',
  NOT_FOUND: 'Nothing is here',
  METHOD_NOT_ALLOWED: 'This method is not used here',
  BODY_TOO_LARGE: 'The body is too large',
  HEADERS_TOO_LARGE: 'The headers are too large',
  UNSUPPORTED_MEDIA_TYPE: 'This media type is not taken here',
  SERVICE_THROTTLED: 'Too many failed attempts',
  VERIFY_UNAVAILABLE: 'Verification is not possible right now',
  LOG_UNAVAILABLE: 'Reports cannot be taken right now',
  INTERNAL: 'Something went wrong on our side',
};

/** Everything about a problem that is not the same for every problem of its code. */
export interface ProblemDraft {
  readonly status: number;
  readonly code: ProblemCode;
  /** One sentence: what is wrong and what to do. Never a secret, never a stack. */
  readonly detail: string;
  readonly requestId: string;
  readonly field?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The body of an error answer (RFC 9457). */
export function problemBody(draft: ProblemDraft): Problem {
  const { status, code, detail, requestId, field, retryAfterMs } = draft;
  return {
    type: `urn:latchkey:problem:${code}`,
    title: TITLES[code],
    status,
    detail,
    code,
    requestId,
    ...(field === undefined ? {} : { field }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Answers with a problem. Retry-After and WWW-Authenticate follow from the draft. */
export function sendProblem(
  response: AnswerSink,
  draft: ProblemDraft,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify(problemBody(draft));
  sendText(response, draft.status, body, PROBLEM_TYPE, { ...problemHeaders(draft), ...headers });
}

const PROBLEM_TYPE = { 'Content-Type': 'application/problem+json' };

/** The headers that follow from a problem: when to come back, how to authenticate. */
export function problemHeaders(draft: ProblemDraft): Readonly<Record<string, string>> {
  return {
    ...(draft.retryAfterMs === undefined
      ? {}
      : { 'Retry-After': String(Math.max(1, Math.ceil(draft.retryAfterMs / 1_000))) }),
    ...(draft.status === 401 ? { 'WWW-Authenticate': 'Bearer realm="latchkey"' } : {}),
  };
}

/** Answers a request that the guard stopped. */
export function sendRefusal(response: AnswerSink, refusal: GuardRefusal, requestId: string): void {
  const { status, code, detail, allow } = refusal;
  sendProblem(response, { status, code, detail, requestId }, allow === undefined ? {} : { Allow: allow });
}
