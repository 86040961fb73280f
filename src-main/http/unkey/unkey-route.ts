import type { IncomingMessage, ServerResponse } from 'node:http';
import { DEFAULT_LIMIT_NAME } from '#contract/plans.ts';
import type { ProblemCode } from '#contract/verify.ts';
import { keptTag } from '#main/domain/kept-tag.ts';
import { fieldProblems, problemSentence } from '#main/rpc/field-problems.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import type { Verification } from '#main/verify/known-at.ts';
import { bearerToken } from '../bearer.ts';
import type { ServiceDoor } from '../doors.ts';
import { bodyTooLarge } from '../guard.ts';
import type { GuardRefusal } from '../guard.ts';
import { JSON_DEPTH_MAX, parseJsonBody } from '../json-body.ts';
import { noDecision } from '../no-decision.ts';
import { readBody } from '../read-body.ts';
import { sendJson } from '../send-json.ts';
import { identifyService, undecided } from '../service-auth.ts';
import { UNKEY_BODY_BYTES_MAX, UNKEY_VERIFY_PATH } from '../service-policy.ts';
import { unkeyAnswer } from './unkey-answer.ts';
import { sendUnkeyError, sendUnkeyRefusal, unkeyFaults } from './unkey-error.ts';
import type { UnkeyFault } from './unkey-error.ts';
import { engineLimitName } from './unkey-limit-names.ts';
import { unkeyVerifyRequest } from './unkey-wire.ts';
import type { UnkeyVerifyRequest } from './unkey-wire.ts';

/** POST /v2/keys.verifyKey: a client of Unkey asks here after changing its base URL, with a service token as its root key.
 *  Without `permissions` it asks whether the key is good at this service; keys that hold nothing here are NOT_FOUND. */
export function handleUnkeyVerify(
  door: ServiceDoor,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const auth = identifyService(door, bearerToken(request.headers.authorization), request.socket);
  if (!auth.ok) {
    sendUnkeyError(response, auth.problem);
    return;
  }
  readBody(request, UNKEY_BODY_BYTES_MAX, (result) => {
    if (result.kind === 'whole') answer(door, auth.service, result.body, response);
    else if (result.kind === 'too-large') {
      sendUnkeyRefusal(response, bodyTooLarge(UNKEY_BODY_BYTES_MAX), door.newRequestId());
    }
  });
}

/** Answers every other address and method below /v2/. */
export function sendUnkeyNotFound(door: ServiceDoor, path: string, response: ServerResponse): void {
  const isVerify = path === UNKEY_VERIFY_PATH;
  const detail = isVerify
    ? 'Use POST for this address.'
    : `Of Unkey's operations only POST ${UNKEY_VERIFY_PATH} is served. Keys are managed in the app or through its admin API.`;
  const refusal: GuardRefusal = isVerify
    ? { status: 405, code: 'METHOD_NOT_ALLOWED', detail, allow: 'POST' }
    : { status: 404, code: 'NOT_FOUND', detail };
  sendUnkeyRefusal(response, refusal, door.newRequestId());
}

function answer(door: ServiceDoor, service: ServiceRef, body: Buffer, response: ServerResponse): void {
  const json = parseJsonBody(body, JSON_DEPTH_MAX);
  if (!json.ok) {
    refuse(door, response, 'BAD_REQUEST', json.message);
    return;
  }
  const parsed = unkeyVerifyRequest.safeParse(json.value);
  if (!parsed.success) {
    const problems = fieldProblems(parsed.error.issues);
    const isUnknown = parsed.error.issues[0]?.code === 'unrecognized_keys';
    const code = isUnknown ? 'UNKNOWN_FIELD' : 'BAD_REQUEST';
    refuse(door, response, code, problemSentence(problems), unkeyFaults(problems));
    return;
  }
  try {
    const outcome = door.verify(service, verificationOf(parsed.data, service));
    if (outcome.kind === 'bad-request') {
      const { detail, faults } = inTheirWords(outcome);
      refuse(door, response, 'BAD_REQUEST', detail, faults);
      return;
    }
    if (outcome.kind !== 'decision') {
      sendUnkeyError(response, noDecision(outcome, door.newRequestId()));
      return;
    }
    const told = unkeyAnswer(outcome.decision, parsed.data);
    door.whenRecorded(() => {
      sendJson(response, 200, told);
    });
  } catch (error) {
    sendUnkeyError(response, undecided(door, error));
  }
}

/** Our names of fields that the engine may refuse, and what callers call them. */
const THEIR_NAMES: ReadonlyMap<string, string> = new Map([
  ['scopeQuery', 'permissions'],
  ['rateLimits', 'ratelimits'],
]);

function inTheirWords({ field, message }: { readonly field: string; readonly message: string }) {
  const [ours = '', ...rest] = field.split('.');
  const theirs = THEIR_NAMES.get(ours) ?? ours;
  const detail = message.replaceAll(ours, theirs).replaceAll('windowMs', 'duration');
  return { detail, faults: unkeyFaults([{ path: [theirs, ...rest].join('.'), message: detail }]) };
}

function verificationOf(asked: UnkeyVerifyRequest, service: ServiceRef): Verification {
  const { apiId, credits, key, permissions, tags } = asked;
  const isHere = apiId === undefined || apiId === service.id || apiId === service.slug;
  return {
    key,
    knownAt: isHere ? 'here' : 'nowhere',
    scopes: [],
    cost: credits?.cost ?? 1,
    dryRun: false,
    explain: false,
    ...(tags === undefined ? {} : { tags: tags.map(keptTag) }),
    ...(permissions === undefined ? {} : { scopeQuery: permissions }),
    rateLimits: rateLimitsOf(asked),
    mustLimit: asked.ratelimits?.map(({ name }) => engineLimitName(name)) ?? [],
  };
}

/** There, `credits.cost` is for the credits alone and a limit costs 1 unless the call says otherwise: the limit without a name is
 *  told so whenever the costs differ. */
function rateLimitsOf({
  credits,
  ratelimits = [],
}: UnkeyVerifyRequest): NonNullable<Verification['rateLimits']> {
  const told = ratelimits.map(({ name, cost, limit, duration }) => ({
    name: engineLimitName(name),
    cost,
    limit,
    windowMs: duration,
  }));
  const isTold = told.some(({ name }) => name === DEFAULT_LIMIT_NAME);
  if (isTold || credits === undefined || credits.cost === 1) return told;
  return [...told, { name: DEFAULT_LIMIT_NAME, cost: 1, limit: undefined, windowMs: undefined }];
}

function refuse(
  door: ServiceDoor,
  response: ServerResponse,
  code: ProblemCode,
  detail: string,
  errors?: readonly UnkeyFault[],
): void {
  sendUnkeyError(response, { status: 400, code, detail, requestId: door.newRequestId() }, {}, errors);
}
