import type { IncomingMessage } from 'node:http';
import { APP_NAME_TAG } from '#contract/app-name.ts';
import { clientAddress } from '#main/domain/client-address.ts';
import { keptTag } from '#main/domain/kept-tag.ts';
import type { AnswerSink } from '#main/http/answer-sink.ts';
import type { ServiceDoor } from '#main/http/doors.ts';
import { holdsKey, wrongSource } from '#main/http/guard.ts';
import type { GuardPolicy } from '#main/http/guard.ts';
import { noDecision } from '#main/http/no-decision.ts';
import type { ProblemDraft } from '#main/http/problem.ts';
import type { RequestHead } from '#main/http/request-head.ts';
import { undecided } from '#main/http/service-auth.ts';
import type { ServiceRef } from '#main/sqlite/verify-queries.ts';
import type { Verification } from '#main/verify/known-at.ts';
import type { Connection } from '#main/verify/connection-services.ts';
import { allowed, problemAnswer, refused, sendAnswer } from './answer.ts';
import type { AnswerOptions, ForwardAnswer } from './answer.ts';
import { apisix } from './apisix.ts';
import type { Dialect } from './dialect.ts';
import { envoy } from './envoy.ts';
import { generic } from './generic.ts';
import { haproxy } from './haproxy.ts';
import { fromHeaderBytes } from './header-text.ts';
import { nginx } from './nginx.ts';
import { originalRequest } from './original-request.ts';
import { proxyCredential } from './proxy-credential.ts';
import type { ProxyCredential } from './proxy-credential.ts';
import { proxyHeaders } from './proxy-headers.ts';
import type { ProxyHeaders } from './proxy-headers.ts';
import { signedParts } from './signed-parts.ts';

const BY_PATH: ReadonlyMap<string, Dialect> = new Map(
  [generic, nginx, haproxy, apisix, envoy].map((dialect) => [`/forward-auth/${dialect.name}`, dialect]),
);
/** Some proxies send the client's body along. It is not read, but a short one must not cost the connection. */
const DROPPED_BODY_BYTES_MAX = 1024 * 1024;

/** The dialect that is spoken at this path; null when it is none of forward-auth. */
export function dialectAt(path: string): Dialect | null {
  if (!path.startsWith('/forward-auth/')) return null;
  return BY_PATH.get(path) ?? (path.startsWith('/forward-auth/envoy/') ? envoy : null);
}

/** Answers a proxy that asks whether a request may pass. Entered before the guard: a proxy passes on its client's Host and Origin,
 *  and with a service token they are no sign of a page that calls us. Without one the guard's rules about both hold. */
export function handleForwardAuth(
  door: ServiceDoor,
  asked: { readonly dialect: Dialect; readonly policy: GuardPolicy; readonly head: RequestHead },
  response: AnswerSink,
): void {
  const { dialect, policy, head } = asked;
  const headers = proxyHeaders(head.rawHeaders);
  const send = (answer: ForwardAnswer): void => {
    sendAnswer(response, dialect, { answer, nowMs: door.nowMs });
  };
  try {
    const service = findService(door, headers, response.socket);
    if (service === null) {
      // Who sends a token, though a wrong one, is a proxy: its operator has to hear of the token and not of its client's Host.
      const hasToken = (headers.single['x-latchkey-service'] ?? '') !== '';
      const stranger = (hasToken ? null : wrongSource(head, policy)) ?? tokenProblem(headers);
      send(problemAnswer({ ...stranger, requestId: door.newRequestId() }));
      return;
    }
    const { target, method } = head;
    const original = originalRequest(dialect, { method, target, headers });
    if (original.kind === 'known') {
      const answer = decide(door, service, { headers, rawHeaders: head.rawHeaders }, original);
      door.whenRecorded(() => {
        send(answer);
      });
      return;
    }
    const { detail } = original;
    const requestId = door.newRequestId();
    send(
      problemAnswer(
        original.kind === 'conflict'
          ? { status: 403, code: 'HEADERS_CONFLICT', detail, requestId }
          : { status: 500, code: 'GATEWAY_MISCONFIGURED', detail, requestId },
      ),
    );
  } catch (error) {
    send(problemAnswer(undecided(door, error)));
  }
}

/** What a proxy sent, read and as it came. */
interface Asked {
  readonly headers: ProxyHeaders;
  readonly rawHeaders: readonly string[];
}

/** Asks the verifier; what is refused without a look-up is recorded too. */
function decide(
  door: ServiceDoor,
  service: ServiceRef,
  asked: Asked,
  original: { readonly method: string; readonly target: string },
): ForwardAnswer {
  const { headers } = asked;
  const keyInUrl = holdsKey(original.target);
  const credential: ProxyCredential = keyInUrl ? KEY_IN_URL : proxyCredential(headers);
  const outcome = door.verify(service, questionFor(door, asked, credential, original));
  switch (outcome.kind) {
    case 'decision': {
      const { decision } = outcome;
      if (decision.valid) return allowed(decision, outcome.keep, answerOptions(door, headers));
      if (credential.kind !== 'fault') return refused(decision, answerOptions(door, headers));
      const code = keyInUrl ? 'KEY_IN_URL' : 'CREDENTIALS_UNCLEAR';
      return problemAnswer({ status: 400, code, detail: credential.why, requestId: decision.requestId });
    }
    case 'bad-request':
    case 'throttled':
    case 'overloaded':
      return problemAnswer(noDecision(outcome, door.newRequestId()));
  }
}

const KEY_IN_URL: ProxyCredential = {
  kind: 'fault',
  why: 'The URL holds a key or token; URLs are kept in logs and histories. Send it in the Authorization or X-API-Key header, and have this one rotated.',
};

/** Every field is there, said or not: requests of one shape are decided faster than those of many. */
function questionFor(
  door: ServiceDoor,
  { headers: { single, forwardedFor }, rawHeaders }: Asked,
  credential: ProxyCredential,
  { method, target }: { readonly method: string; readonly target: string },
): Verification {
  const chain = forwardedFor ?? single['x-real-ip'] ?? null;
  const clientIp = clientAddress({ forwardedFor: chain, peer: null, trusted: door.trustedProxies() });
  const userAgent = single['user-agent'];
  const isPair = credential.kind === 'pair';
  const input = single['signature-input'];
  const appName = single['x-app-name'];
  return {
    key: credential.kind === 'key' ? credential.key : undefined,
    keyId: isPair ? credential.keyId : undefined,
    secret: isPair ? credential.secret : undefined,
    credentialFault: credential.kind === 'fault' ? credential.why : undefined,
    method,
    path: target,
    // A proxy that says something else than an address is told so: it does not speak for somebody who has none.
    clientIp: clientIp ?? chain ?? undefined,
    origin: single.origin,
    referrer: single.referer,
    userAgent: userAgent === undefined ? undefined : fromHeaderBytes(userAgent),
    signature: input === undefined ? undefined : signedParts(input, rawHeaders),
    tags: appName === undefined ? undefined : [keptTag(`${APP_NAME_TAG}=${fromHeaderBytes(appName)}`)],
    cost: 1,
    dryRun: false,
    explain: false,
  };
}

function answerOptions(door: ServiceDoor, { single }: ProxyHeaders): AnswerOptions {
  const nowMs = door.nowMs();
  const text = single['x-latchkey-options'];
  if (text === undefined) return { nowMs, isConsumerWanted: false, isLegacyWanted: false };
  const options = text.split(',').map((option) => option.trim().toLowerCase());
  return {
    nowMs,
    isConsumerWanted: options.includes('consumer-headers'),
    isLegacyWanted: options.includes('legacy-rate-limit'),
  };
}

function findService(
  door: ServiceDoor,
  { single, repeated }: ProxyHeaders,
  connection: Connection | null,
): ServiceRef | null {
  const token = single['x-latchkey-service'];
  if (token === undefined || token === '' || repeated === 'x-latchkey-service') return null;
  return door.findService(token, connection);
}

/** It reaches the client of a proxy, whose key is not what is wrong. */
function tokenProblem({ single }: ProxyHeaders): Omit<ProblemDraft, 'requestId'> {
  const token = single['x-latchkey-service'] ?? '';
  const detail =
    token === ''
      ? 'Nothing is said about the API key: the proxy in front of this service has to send the service token in the header X-Latchkey-Service. Tell its operator.'
      : 'Nothing is said about the API key: the service token that the proxy in front of this service sends in X-Latchkey-Service is unknown, no longer valid, or not taken from the proxy’s address. Tell its operator.';
  return { status: 401, code: token === '' ? 'SERVICE_TOKEN_MISSING' : 'SERVICE_TOKEN_INVALID', detail };
}

/** A question of a proxy with the body of its client's request: it is let through unread. */
export function dropBody(request: IncomingMessage): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DROPPED_BODY_BYTES_MAX) request.destroy();
  });
}
