import type { IncomingMessage, ServerResponse } from 'node:http';
import { DECISION_STATUS, VERIFY_BODY_BYTES_MAX } from '#contract/verify.ts';
import type { HolderCredential } from '#main/verify/identify-holder.ts';
import type { ServiceDoor } from './doors.ts';
import { challenge } from './forward-auth/challenge.ts';
import { REFUSAL_TITLES } from './forward-auth/answer.ts';
import { bodyTooLarge } from './guard.ts';
import { helpLink } from './help-link.ts';
import { addressOf, headerCredential, readForm } from './holder-ask.ts';
import type { MeOutcome } from './holder-desk.ts';
import { sendHolderForm, sendHolderPage, sendHolderProblem, type MeProblem } from './holder-page.ts';
import { sendProblem, sendRefusal } from './problem.ts';
import { readBody } from './read-body.ts';
import { sendJson, sendText } from './send-json.ts';
import { sendUnavailable } from './service-auth.ts';

/** GET /v1/me: the holder of the key in a header sees it, as JSON or as a page; a browser without a key gets the form to type it. */
export function answerMe(door: ServiceDoor, request: IncomingMessage, response: ServerResponse): void {
  const credential = headerCredential(request);
  const isPage = wantsPage(request);
  if (credential === null && isPage) sendHolderForm(response);
  else void answer(door, request, response, { credential: credential ?? {}, isPage });
}

/** POST /v1/me: the same with the key in a form, so that it is never in an address. Answers a page. */
export function answerMeForm(door: ServiceDoor, request: IncomingMessage, response: ServerResponse): void {
  readBody(request, VERIFY_BODY_BYTES_MAX, (result) => {
    if (result.kind === 'too-large') {
      sendRefusal(response, bodyTooLarge(VERIFY_BODY_BYTES_MAX), door.newRequestId());
      return;
    }
    const key = readForm(result.body, ['key'])?.get('key')?.trim() ?? '';
    if (key === '') sendHolderForm(response, 400);
    else void answer(door, request, response, { credential: { key }, isPage: true });
  });
}

interface Asked {
  readonly credential: HolderCredential;
  readonly isPage: boolean;
}

async function answer(
  door: ServiceDoor,
  request: IncomingMessage,
  response: ServerResponse,
  { credential, isPage }: Asked,
): Promise<void> {
  try {
    const desk = await door.holder();
    const outcome = await desk.me({ credential, clientIp: addressOf(door, request) });
    if (outcome.kind === 'me' && isPage) sendHolderPage(response, outcome.me);
    else if (outcome.kind === 'me') sendJson(response, 200, outcome.me);
    else if (isPage) sendHolderProblem(response, problemOf(outcome, door.newRequestId()));
    else sendMeProblem(response, problemOf(outcome, door.newRequestId()));
  } catch (error) {
    sendUnavailable(door, response, error);
  }
}

/** Browsers name pages first; programs name JSON, anything, or nothing. */
function wantsPage({ headers }: IncomingMessage): boolean {
  return headers.accept?.split(',')[0]?.trim().toLowerCase().startsWith('text/html') ?? false;
}

function problemOf(outcome: Exclude<MeOutcome, { readonly kind: 'me' }>, requestId: string): MeProblem {
  if (outcome.kind === 'throttled') {
    return { kind: 'throttled', requestId, retryAfterMs: outcome.retryAfterMs };
  }
  const { code, message, detail, missing, rule, retryAfterMs } = outcome.refusal;
  const { contact, help } = outcome;
  return {
    kind: 'refusal',
    body: {
      type: `urn:latchkey:problem:${code}`,
      title: REFUSAL_TITLES[code],
      status: DECISION_STATUS[code],
      detail: detail === null ? message : `${message} ${detail}`,
      ...{ code, requestId, missing, rule, retryAfterMs, contact, help },
    },
  };
}

function sendMeProblem(response: ServerResponse, problem: MeProblem): void {
  if (problem.kind === 'throttled') {
    const { requestId, retryAfterMs } = problem;
    const detail = 'You ask too often. Wait as long as Retry-After says.';
    sendProblem(response, { status: 429, code: 'SERVICE_THROTTLED', detail, requestId, retryAfterMs });
    return;
  }
  const { body } = problem;
  const authenticate = challenge(body.status, body.code, body.detail);
  const link = helpLink(body.help);
  sendText(
    response,
    body.status,
    JSON.stringify(body),
    { 'Content-Type': 'application/problem+json' },
    {
      'X-Request-Id': body.requestId,
      ...(link === null ? {} : { Link: link }),
      ...(authenticate === null ? {} : { 'WWW-Authenticate': authenticate }),
    },
  );
}
