import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { pairRequest, tokenSignInRequest } from '#contract/sign-in.ts';
import type { SignedIn } from '#contract/sign-in.ts';
import { isAdminToken } from '#main/domain/key-format.ts';
import { fieldProblems, problemSentence } from '#main/rpc/field-problems.ts';
import { authenticateAdmin, sessionCookie, sessionCookieName } from './admin-auth.ts';
import type { AdminDoor } from './doors.ts';
import { JSON_DEPTH_MAX, parseJsonBody } from './json-body.ts';
import { readBody } from './read-body.ts';
import { refusal, sendReply } from './send-reply.ts';
import type { PairingRefusal, SessionOwner } from './session-store.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';

/** Bodies of the sign-in calls, bytes. */
const SIGN_IN_BODY_BYTES_MAX = 4 * 1024;

const PAIRING_REFUSALS: Record<PairingRefusal, string> = {
  unknown: 'This pairing link is not known here. Ask for a new one with "latchkey pair".',
  used: 'This pairing link was used already; each works once. Ask for a new one with "latchkey pair".',
  expired: 'This pairing link is older than 60 seconds. Ask for a new one with "latchkey pair".',
  exhausted: 'Too many wrong pairing links were tried. Ask for a new one with "latchkey pair".',
};

/** POST /api/session/pair: a pairing code becomes a session, or takes the browser's own session along to this port. */
export function handlePair(door: AdminDoor, request: IncomingMessage, response: ServerResponse): void {
  withInput(door, pairRequest, request, response, ({ code }) => {
    const result = door.sessions.redeemCode(code);
    if (!result.ok) {
      refuse(door, response, 'UNAUTHENTICATED', PAIRING_REFUSALS[result.reason]);
      return;
    }
    if (result.continues !== null) {
      const data = door.sessions.continue(sessionCookie(door, request) ?? '', result.continues);
      if (data === null) refuse(door, response, 'UNAUTHENTICATED', PAIRING_REFUSALS.unknown);
      else sendReply(response, { ok: true, data });
      return;
    }
    openSession(door, request, response, { role: result.role, name: 'Paired browser', tokenId: null });
  });
}

/** POST /api/session/token: an admin token becomes a session with its role, and ends with it. */
export function handleTokenSignIn(
  door: AdminDoor,
  throttle: SignInThrottle,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  withInput(door, tokenSignInRequest, request, response, ({ token }) => {
    const waitMs = throttle.waitMs();
    if (waitMs > 0) {
      const seconds = String(Math.ceil(waitMs / 1_000));
      const message = `Too many wrong tokens. Wait ${seconds} seconds, then try again.`;
      sendReply(response, refusal('THROTTLED', message, door.newRequestId()), { 'Retry-After': seconds });
      return;
    }
    const principal = isAdminToken(token) ? door.findAdmin(token) : null;
    throttle.note(principal !== null);
    if (principal === null) {
      refuseToken(door, throttle, response);
      return;
    }
    const { actor, role } = principal;
    openSession(door, request, response, { role, name: actor.name, tokenId: actor.id });
  });
}

/** A wrong token: says how many tries are left, and after the last one how long the pause is. */
function refuseToken(door: AdminDoor, throttle: SignInThrottle, response: ServerResponse): void {
  const left = throttle.triesLeft();
  const seconds = String(Math.ceil(throttle.waitMs() / 1_000));
  const next =
    left === 0
      ? `Signing in pauses for ${seconds} seconds.`
      : `${String(left)} more ${left === 1 ? 'try' : 'tries'}, then signing in pauses.`;
  const message = `This is not a valid admin token (lka_…). Check that it is whole. ${next}`;
  const reply = refusal('UNAUTHENTICATED', message, door.newRequestId());
  sendReply(response, reply, left === 0 ? { 'Retry-After': seconds } : {});
}

/** GET /api/session: who this browser is, and until when. Asking does not keep the session alive when it says it is background. */
export function handleSession(door: AdminDoor, request: IncomingMessage, response: ServerResponse): void {
  const auth = authenticateAdmin(door, request);
  if (!auth.ok) {
    refuse(door, response, 'UNAUTHENTICATED', auth.message);
  } else if (auth.caller.session === null) {
    refuse(
      door,
      response,
      'UNAUTHENTICATED',
      'This is an admin token, not a session. Call system.whoami instead.',
    );
  } else {
    sendReply(response, { ok: true, data: auth.caller.session });
  }
}

/** POST /api/session/end: signs this browser out. */
export function handleSignOut(door: AdminDoor, request: IncomingMessage, response: ServerResponse): void {
  const auth = authenticateAdmin(door, request);
  if (!auth.ok || auth.caller.session === null) {
    refuse(door, response, 'UNAUTHENTICATED', 'There is no session to end.');
    return;
  }
  door.sessions.end(auth.caller.session.id);
  const cookie = `${sessionCookieName(door.instanceId)}=; Max-Age=0; ${COOKIE_ATTRIBUTES}`;
  sendReply(response, { ok: true, data: { ended: true } }, { 'Set-Cookie': cookie });
}

const COOKIE_ATTRIBUTES = 'Secure; HttpOnly; SameSite=Strict; Path=/';

function openSession(
  door: AdminDoor,
  request: IncomingMessage,
  response: ServerResponse,
  owner: Omit<SessionOwner, 'userAgent'>,
): void {
  const userAgent = request.headers['user-agent'] ?? '';
  const { cookie, csrfToken, session } = door.sessions.open({ ...owner, userAgent });
  door.logger.info('A browser signed in.', { actorKind: 'session', actorId: session.id });
  const data: SignedIn = { csrfToken, session };
  const setCookie = `${sessionCookieName(door.instanceId)}=${cookie}; ${COOKIE_ATTRIBUTES}`;
  sendReply(response, { ok: true, data }, { 'Set-Cookie': setCookie });
}

function withInput<Schema extends z.ZodType>(
  door: AdminDoor,
  schema: Schema,
  request: IncomingMessage,
  response: ServerResponse,
  use: (input: z.output<Schema>) => void,
): void {
  readBody(request, SIGN_IN_BODY_BYTES_MAX, (result) => {
    const json =
      result.kind === 'whole'
        ? parseJsonBody(result.body, JSON_DEPTH_MAX)
        : { ok: false as const, message: 'The body is too large.' };
    if (!json.ok) {
      refuse(door, response, 'INVALID_INPUT', json.message);
      return;
    }
    const parsed = schema.safeParse(json.value);
    if (parsed.success) {
      answerOrUnavailable(door, response, () => {
        use(parsed.data);
      });
    } else {
      refuse(door, response, 'INVALID_INPUT', problemSentence(fieldProblems(parsed.error.issues)));
    }
  });
}

/** The body has been read by now: what is thrown here reaches no caller any more and would end the server. */
function answerOrUnavailable(door: AdminDoor, response: ServerResponse, answer: () => void): void {
  try {
    answer();
  } catch (error) {
    const requestId = door.newRequestId();
    door.logger.error('A sign-in could not be decided.', { requestId, error });
    const message = `Signing in is not possible right now, because the key store cannot be read. Try again in a moment; report the id ${requestId} if it stays so.`;
    sendReply(response, refusal('UNAVAILABLE', message, requestId));
  }
}

function refuse(
  door: AdminDoor,
  response: ServerResponse,
  code: 'UNAUTHENTICATED' | 'INVALID_INPUT',
  message: string,
): void {
  sendReply(response, refusal(code, message, door.newRequestId()));
}
