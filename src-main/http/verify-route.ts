import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VerifyRequest } from '#contract/verify.ts';
import { VERIFY_BODY_BYTES_MAX, verifyRequest } from '#contract/verify.ts';
import { keepSeconds } from '#main/verify/keep-seconds.ts';
import type { Verification } from '#main/verify/known-at.ts';
import type { AnswerSink } from './answer-sink.ts';
import type { ServiceDoor } from './doors.ts';
import { decisionText } from './decision-text.ts';
import { inputProblem } from './input-problem.ts';
import type { InputProblem } from './input-problem.ts';
import { JSON_DEPTH_MAX, parseJsonBody } from './json-body.ts';
import { readPlainVerification } from './plain-verification.ts';
import { noDecision } from './no-decision.ts';
import { sendProblem, sendRefusal } from './problem.ts';
import { bodyTooLarge, holdsKey } from './guard.ts';
import { readBody } from './read-body.ts';
import type { RequestHead } from './request-head.ts';
import { sendDecisionText } from './send-json.ts';
import { authenticateService, sendUnavailable } from './service-auth.ts';

/** POST /v1/verify, entered before Express. From the last byte of the body to the answer it is one turn: nothing can change
 *  between the look-up of a key and the decision about it. */
export function handleVerify(
  door: ServiceDoor,
  head: RequestHead,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  readBody(request, VERIFY_BODY_BYTES_MAX, (result) => {
    if (result.kind === 'whole') answerVerify(door, head, result.body, response);
    else sendRefusal(response, bodyTooLarge(VERIFY_BODY_BYTES_MAX), door.newRequestId());
  });
}

/** A verification as the contract wants it, or what is wrong with it. */
type ParsedVerification =
  | { readonly ok: true; readonly request: Verification }
  | { readonly ok: false; readonly problem: InputProblem };

/** Reads one that has been parsed as JSON. */
export function parseVerification(value: unknown): ParsedVerification {
  const parsed = verifyRequest.safeParse(value);
  if (parsed.success) return { ok: true, request: withoutKeyInUrl(parsed.data) };
  return { ok: false, problem: inputProblem(parsed.error) };
}

/** A request whose client put a key or token into its URL is MALFORMED with a hint, whatever else it presented. It is a decision and no
 *  400, because it is the client that did wrong and not the service that asks. */
function withoutKeyInUrl(request: VerifyRequest): Verification {
  return request.path !== undefined && holdsKey(request.path)
    ? { ...request, credentialFault: KEY_IN_URL_TEXT }
    : request;
}

const KEY_IN_URL_TEXT =
  'The URL holds a key or token; URLs are kept in logs and histories. Send it in a header, and have this one rotated.';

function parseBody(body: Buffer): ParsedVerification {
  const plain = readPlainVerification(body);
  if (plain !== null) return { ok: true, request: withoutKeyInUrl(plain) };
  const json = parseJsonBody(body, JSON_DEPTH_MAX);
  if (json.ok) return parseVerification(json.value);
  return { ok: false, problem: { code: 'BAD_REQUEST', detail: json.message } };
}

/** The same with the body at hand. */
export function answerVerify(door: ServiceDoor, head: RequestHead, body: Buffer, response: AnswerSink): void {
  const service = authenticateService(door, head.bearer, response);
  if (service === null) return;
  const parsed = parseBody(body);
  if (!parsed.ok) {
    sendProblem(response, { status: 400, requestId: door.newRequestId(), ...parsed.problem });
    return;
  }
  try {
    const outcome = door.verify(service, parsed.request);
    if (outcome.kind === 'decision') {
      // Made now: until the answer may go out, it is all that is kept of the request.
      const text = decisionText(outcome.decision);
      door.whenRecorded(() => {
        sendDecisionText(response, text, keepSeconds(outcome.keep, door.nowMs));
      });
    } else {
      sendProblem(response, noDecision(outcome, door.newRequestId()));
    }
  } catch (error) {
    sendUnavailable(door, response, error);
  }
}
