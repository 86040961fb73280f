import type { IncomingMessage, ServerResponse } from 'node:http';
import { selfRevokeRequest, type SelfRevokeResponse } from '#contract/holder.ts';
import { VERIFY_BODY_BYTES_MAX } from '#contract/verify.ts';
import type { HolderCredential } from '#main/verify/identify-holder.ts';
import type { ServiceDoor } from './doors.ts';
import { bodyTooLarge } from './guard.ts';
import { addressOf, headerCredential, readForm } from './holder-ask.ts';
import { sendSelfRevokedPage } from './holder-page.ts';
import { inputProblem, type InputProblem } from './input-problem.ts';
import { JSON_DEPTH_MAX, parseJsonBody } from './json-body.ts';
import { sendProblem, sendRefusal } from './problem.ts';
import { readBody } from './read-body.ts';
import { sendJson } from './send-json.ts';
import { sendUnavailable } from './service-auth.ts';
import { FORM_TYPE } from './service-policy.ts';

/** Answers leave at multiples of this after the request: a revocation writes to the disk, an unknown key does not, and nobody can
 *  tell one from the other by the clock. */
const ANSWER_BAND_MS = 250;
const DONE: SelfRevokeResponse = {
  accepted: true,
  detail: 'If this was a key that is in force here, it is refused from now on.',
};

/** POST /v1/self-revoke: who has the text of a key ends it. The key stands in a header, in the JSON body, or in a form. */
export function answerSelfRevoke(
  door: ServiceDoor,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  readBody(request, VERIFY_BODY_BYTES_MAX, (result) => {
    if (result.kind === 'too-large') {
      sendRefusal(response, bodyTooLarge(VERIFY_BODY_BYTES_MAX), door.newRequestId());
      return;
    }
    const isForm = request.headers['content-type']?.toLowerCase().startsWith(FORM_TYPE) ?? false;
    const presented = isForm ? fromForm(result.body) : fromJson(headerCredential(request), result.body);
    if ('problem' in presented) {
      sendProblem(response, { status: 400, requestId: door.newRequestId(), ...presented.problem });
    } else void revoke(door, request, response, { ...presented, isForm });
  });
}

type Presented = { readonly credential: HolderCredential } | { readonly problem: InputProblem };

function fromForm(body: Buffer): Presented {
  const form = readForm(body, ['key', 'sure']);
  const key = form?.get('key')?.trim() ?? '';
  if (key === '') return badRequest('Type the key that is to be revoked.', 'key');
  if (form?.get('sure') !== 'yes') return badRequest('Confirm that the key may stop working.', 'sure');
  return { credential: { key } };
}

function fromJson(inHeader: HolderCredential | null, body: Buffer): Presented {
  if (body.length === 0) return inHeader === null ? NO_KEY : { credential: inHeader };
  const json = parseJsonBody(body, JSON_DEPTH_MAX);
  if (!json.ok) return badRequest(json.message);
  const parsed = selfRevokeRequest.safeParse(json.value);
  if (!parsed.success) return { problem: inputProblem(parsed.error) };
  const { key } = parsed.data;
  if (key === undefined) return inHeader === null ? NO_KEY : { credential: inHeader };
  if (inHeader !== null && inHeader.key !== key) {
    return badRequest('The header and the body name two different keys. Send one.', 'key');
  }
  return { credential: { key } };
}

const NO_KEY = badRequest(
  'Send the key as Authorization: Bearer, as X-API-Key, or as key in the body.',
  'key',
);

function badRequest(detail: string, field?: string): { readonly problem: InputProblem } {
  return { problem: { code: 'BAD_REQUEST', detail, ...(field === undefined ? {} : { field }) } };
}

async function revoke(
  door: ServiceDoor,
  request: IncomingMessage,
  response: ServerResponse,
  { credential, isForm }: { readonly credential: HolderCredential; readonly isForm: boolean },
): Promise<void> {
  const startedMs = door.monotonicMs();
  try {
    const desk = await door.holder();
    const outcome = desk.selfRevoke({ credential, clientIp: addressOf(door, request) });
    if (outcome.kind === 'throttled') {
      const { retryAfterMs } = outcome;
      const detail = 'Too many revocations came from this address. Wait as long as Retry-After says.';
      const requestId = door.newRequestId();
      sendProblem(response, { status: 429, code: 'SERVICE_THROTTLED', detail, requestId, retryAfterMs });
      return;
    }
    await atNextBand(door.monotonicMs() - startedMs);
    if (isForm) sendSelfRevokedPage(response, DONE.detail);
    else sendJson(response, 202, DONE);
  } catch (error) {
    sendUnavailable(door, response, error);
  }
}

function atNextBand(elapsedMs: number): Promise<void> {
  const bands = Math.floor(elapsedMs / ANSWER_BAND_MS) + 1;
  return new Promise((resolve) => {
    setTimeout(resolve, bands * ANSWER_BAND_MS - elapsedMs);
  });
}
