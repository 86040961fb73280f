import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { methodText, VERIFY_BODY_BYTES_MAX } from '#contract/verify.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import { isUnreadableAddress, usableAddress } from '#main/verify/ip-allow.ts';
import { readSignedToken } from '#main/verify/signed-token.ts';
import { bearerToken } from './bearer.ts';
import type { ServiceDoor } from './doors.ts';
import { bodyTooLarge } from './guard.ts';
import { noDecision } from './no-decision.ts';
import { sendProblem, sendRefusal } from './problem.ts';
import type { ProblemDraft } from './problem.ts';
import { readBody } from './read-body.ts';
import { sendJson } from './send-json.ts';
import { identifyService, undecided } from './service-auth.ts';

/** Answer of POST /v1/introspect (RFC 7662). Times in whole seconds UTC. */
export const introspectResponse = z.discriminatedUnion('active', [
  z.strictObject({ active: z.literal(false) }),
  z.strictObject({
    active: z.literal(true),
    /** Names of the key's scopes at the calling service, with a space between them. */
    scope: z.string(),
    /** Id and name of the application. */
    client_id: z.string(),
    username: z.string(),
    /** `Bearer` = a token that a key was exchanged for. */
    token_type: z.enum(['api_key', 'Bearer']),
    /** Left out for a key without end; with a grace, its end. */
    exp: z.int().optional(),
    /** When the presented secret, or the token, was made. */
    iat: z.int().optional(),
    /** The key's id. */
    sub: z.string(),
    /** Slug of the calling service. */
    aud: z.string(),
    iss: z.string(),
  }),
]);
type Introspection = z.infer<typeof introspectResponse>;

/** POST /v1/introspect: is this key good at the calling service? It asks about a key, not about a request that may pass: nothing is
 *  spent, nothing is logged, and it is no use of the key. Limits therefore do not make a key inactive. Bindings do when
 *  `client_ip`, `origin` or `user_agent` do not satisfy them: a caller that cannot tell them must not take a bound key for a free one.
 *  With `method` and `path`, a key that may not call that endpoint is not active. */
export function handleIntrospect(
  door: ServiceDoor,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const auth = identifyService(door, bearerToken(asBearer(request.headers.authorization)), request.socket);
  if (!auth.ok) {
    const isChallenged = auth.problem.status === 401;
    sendProblem(response, auth.problem, isChallenged ? { 'WWW-Authenticate': CHALLENGES } : {});
    return;
  }
  const issuer = `http://${request.headers.host ?? ''}`;
  readBody(request, VERIFY_BODY_BYTES_MAX, (result) => {
    if (result.kind === 'whole') answer(door, auth.service, { body: result.body, issuer }, response);
    else if (result.kind === 'too-large') {
      sendRefusal(response, bodyTooLarge(VERIFY_BODY_BYTES_MAX), door.newRequestId());
    }
  });
}

const CHALLENGES = 'Bearer realm="latchkey", Basic realm="latchkey"';

/** Basic with the service token as password, any user name, is what most introspection clients can send. */
function asBearer(authorization: string | undefined): string | undefined {
  const encoded = /^basic +([0-9A-Za-z+/]+=*)$/i.exec(authorization?.trim() ?? '')?.[1];
  if (encoded === undefined) return authorization;
  const [, ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return password.length === 0 ? authorization : `Bearer ${password.join(':')}`;
}

function answer(
  door: ServiceDoor,
  service: ServiceRef,
  asked: { readonly body: Buffer; readonly issuer: string },
  response: ServerResponse,
): void {
  const form = readForm(asked.body);
  if ('detail' in form) {
    sendProblem(response, { status: 400, code: 'BAD_REQUEST', requestId: door.newRequestId(), ...form });
    return;
  }
  try {
    const told = introspect(door, service, form, asked.issuer);
    if ('active' in told) sendJson(response, 200, told);
    else sendProblem(response, told);
  } catch (error) {
    sendProblem(response, undecided(door, error));
  }
}

interface Form {
  readonly token: string;
  readonly clientIp: string | undefined;
  readonly origin: string | undefined;
  readonly userAgent: string | undefined;
  /** Both or neither. */
  readonly method: string | undefined;
  readonly path: string | undefined;
}

const PARAMETERS = ['token', 'client_ip', 'origin', 'user_agent', 'method', 'path'] as const;

/** Parameters that are not known are left alone, as OAuth wants it: `token_type_hint` is one that tells us nothing. */
function readForm(body: Buffer): Form | { readonly field: string; readonly detail: string } {
  const parameters = new URLSearchParams(body.toString('utf8'));
  for (const name of PARAMETERS) {
    if (parameters.getAll(name).length > 1)
      return { field: name, detail: `The parameter ${name} came more than once. Send it once.` };
  }
  const token = parameters.get('token');
  if (token === null || token === '') {
    return { field: 'token', detail: 'Send the key as token=… in the form.' };
  }
  const told = (name: (typeof PARAMETERS)[number]) => parameters.get(name) ?? undefined;
  const clientIp = told('client_ip');
  if (usableAddress(clientIp) === null && isUnreadableAddress(clientIp)) {
    return {
      field: 'client_ip',
      detail: 'client_ip is no IP address. Send the address of the client, or leave it out.',
    };
  }
  const method = methodText.optional().safeParse(told('method'));
  if (!method.success) return { field: 'method', detail: 'method is an HTTP method such as GET.' };
  const path = told('path');
  if ((method.data === undefined) !== (path === undefined)) {
    return { field: 'method', detail: 'method and path go together.' };
  }
  return {
    token,
    clientIp,
    origin: told('origin'),
    userAgent: told('user_agent'),
    method: method.data,
    path,
  };
}

function introspect(
  door: ServiceDoor,
  service: ServiceRef,
  { token, clientIp, origin, userAgent, method, path }: Form,
  issuer: string,
): Introspection | ProblemDraft {
  const outcome = door.verify(service, {
    key: token,
    knownAt: 'here',
    scopes: [],
    // Checked with no cost, no limit refuses.
    cost: 0,
    dryRun: true,
    explain: false,
    clientIp,
    origin,
    userAgent,
    method,
    path,
  });
  if (outcome.kind === 'throttled' || outcome.kind === 'overloaded') {
    return noDecision(outcome, door.newRequestId());
  }
  if (outcome.kind === 'bad-request' || !outcome.decision.valid) return { active: false };
  const { application, key, rotation } = outcome.decision;
  const signed = readSignedToken(token);
  const issuedAtMs =
    signed === null ? door.secretMadeAt(key.keyId, key.secretVersion) : signed.claims.iat * 1_000;
  const endsAtMs = earliest(
    key.graceEndsAt ?? key.expiresAt,
    rotation === null ? null : rotation.secretEndsAt,
  );
  return {
    active: true,
    scope: key.scopes.join(' '),
    client_id: application.id,
    username: application.name,
    token_type: signed === null ? 'api_key' : 'Bearer',
    ...(endsAtMs === null ? {} : { exp: seconds(endsAtMs) }),
    ...(issuedAtMs === null ? {} : { iat: seconds(issuedAtMs) }),
    sub: key.keyId,
    aud: service.slug,
    iss: signed === null ? issuer : signed.claims.iss,
  };
}

function earliest(one: number | null, other: number | null): number | null {
  if (one === null) return other;
  return other === null ? one : Math.min(one, other);
}

function seconds(atMs: number): number {
  return Math.floor(atMs / 1_000);
}
