import type { IncomingMessage, ServerResponse } from 'node:http';
import { enrollRequest } from '#contract/enrolment.ts';
import { VERIFY_BODY_BYTES_MAX, type ProblemCode } from '#contract/verify.ts';
import type { EnrollOutcome } from '#main/enrolment/enroll-child.ts';
import { bearerToken } from './bearer.ts';
import type { ServiceDoor } from './doors.ts';
import { bodyTooLarge } from './guard.ts';
import { addressOf } from './holder-ask.ts';
import type { EnrollAsk, HolderDesk } from './holder-desk.ts';
import { inputProblem } from './input-problem.ts';
import { JSON_DEPTH_MAX, parseJsonBody } from './json-body.ts';
import { sendProblem, sendRefusal, type ProblemDraft } from './problem.ts';
import { readBody } from './read-body.ts';
import { sendJson } from './send-json.ts';
import { sendUnavailable } from './service-auth.ts';

/** POST /v1/enroll: a build, version, developer or device fetches a key of its own with an enrolment token. */
export function answerEnroll(door: ServiceDoor, request: IncomingMessage, response: ServerResponse): void {
  const bearer = bearerToken(request.headers.authorization);
  if (bearer.kind !== 'token') {
    const detail = 'Send the enrolment token as Authorization: Bearer lke_…';
    const requestId = door.newRequestId();
    sendProblem(response, { status: 401, code: 'ENROLMENT_TOKEN_MISSING', detail, requestId });
    return;
  }
  readBody(request, VERIFY_BODY_BYTES_MAX, (result) => {
    if (result.kind === 'whole') {
      const clientIp = addressOf(door, request);
      void enroll(door, { token: bearer.token, clientIp, request: () => readRequest(result.body) }, response);
    } else sendRefusal(response, bodyTooLarge(VERIFY_BODY_BYTES_MAX), door.newRequestId());
  });
}

async function enroll(door: ServiceDoor, asked: EnrollAsk, response: ServerResponse): Promise<void> {
  try {
    const outcome = (await door.holder()).enroll(asked);
    if (outcome.kind === 'made') sendJson(response, outcome.answer.isRepeat ? 200 : 201, outcome.answer);
    else sendProblem(response, problemOf(outcome, door.newRequestId()));
  } catch (error) {
    sendUnavailable(door, response, error);
  }
}

function readRequest(body: Buffer): ReturnType<EnrollAsk['request']> {
  const json = parseJsonBody(body, JSON_DEPTH_MAX);
  if (!json.ok) return { ok: false, problem: { code: 'BAD_REQUEST', detail: json.message } };
  const parsed = enrollRequest.safeParse(json.value);
  return parsed.success
    ? { ok: true, request: parsed.data }
    : { ok: false, problem: inputProblem(parsed.error) };
}

const REFUSED: Readonly<
  Record<Exclude<EnrollOutcome['kind'], 'made'>, { readonly status: number; readonly code: ProblemCode }>
> = {
  closed: { status: 403, code: 'PARENT_NOT_LIVE' },
  full: { status: 409, code: 'TOO_MANY_CHILDREN' },
  taken: { status: 409, code: 'REQUEST_ID_TAKEN' },
  nameless: { status: 400, code: 'CONTACT_NEEDED' },
};

function problemOf(
  outcome: Exclude<ReturnType<HolderDesk['enroll']>, { readonly kind: 'made' }>,
  requestId: string,
): ProblemDraft {
  switch (outcome.kind) {
    case 'unknown': {
      const detail =
        'The enrolment token is unknown, expired or revoked. Ask the owner of the key for another.';
      return { status: 401, code: 'ENROLMENT_TOKEN_INVALID', detail, requestId };
    }
    case 'blocked':
      return { status: 403, code: 'IP_NOT_ALLOWED', detail: outcome.detail, requestId };
    case 'unreadable':
      return { status: 400, requestId, ...outcome.problem };
    case 'throttled': {
      const { retryAfterMs } = outcome;
      const detail = 'Keys are asked for too often. Wait as long as Retry-After says.';
      return { status: 429, code: 'SERVICE_THROTTLED', detail, requestId, retryAfterMs };
    }
    default:
      return { ...REFUSED[outcome.kind], detail: outcome.detail, requestId };
  }
}
