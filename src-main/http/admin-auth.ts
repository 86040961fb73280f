import type { IncomingMessage } from 'node:http';
import type { Actor } from '#contract/audit.ts';
import type { Role } from '#contract/procedure.ts';
import type { SessionInfo } from '#contract/sign-in.ts';
import { BACKGROUND_HEADER, CSRF_HEADER } from '#contract/session-rules.ts';
import { isAdminToken } from '#main/domain/key-format.ts';
import { bearerToken } from './bearer.ts';
import type { AdminDoor } from './doors.ts';

/** Who calls the admin API, and through what. `session` is null for a bearer token. */
export interface AdminCaller {
  readonly actor: Actor;
  readonly role: Role;
  readonly session: SessionInfo | null;
}

/** A caller, or one sentence saying what is missing. */
export type AdminAuth =
  { readonly ok: true; readonly caller: AdminCaller } | { readonly ok: false; readonly message: string };

/** Name of the session cookie. The instance is in it because cookies are shared by all ports of a host. */
export function sessionCookieName(instanceId: string): string {
  return `__Host-sid-${instanceId.replaceAll(/[^0-9A-Za-z]/g, '').slice(0, 12)}`;
}

/** Establishes who calls: an admin token, or a session by its cookie and its CSRF header together. The cookie alone proves nothing:
 *  browsers attach it to requests of pages on every other port of this host. Throws when the store cannot be read. */
export function authenticateAdmin(door: AdminDoor, request: IncomingMessage): AdminAuth {
  const bearer = bearerToken(request.headers.authorization);
  if (bearer.kind !== 'missing') {
    const isToken = bearer.kind === 'token' && isAdminToken(bearer.token);
    const principal = isToken ? door.findAdmin(bearer.token) : null;
    if (principal === null) return refused('The admin token is unknown, expired or revoked.');
    return { ok: true, caller: { ...principal, session: null } };
  }
  const cookie = sessionCookie(door, request);
  const csrfToken = request.headers[CSRF_HEADER];
  if (cookie === null || typeof csrfToken !== 'string') return refused(SIGN_IN);
  const found = door.sessions.find(cookie, csrfToken, request.headers[BACKGROUND_HEADER] === undefined);
  if (found === null) return refused(SIGN_IN);
  if (found.tokenId !== null && !door.isTokenLive(found.tokenId)) {
    door.sessions.end(found.info.id);
    return refused('The admin token that opened this session was revoked or has expired. Sign in again.');
  }
  return { ok: true, caller: { actor: found.actor, role: found.role, session: found.info } };
}

/** The session cookie of this instance that came with a request; null when there is none. */
export function sessionCookie(
  { instanceId }: Pick<AdminDoor, 'instanceId'>,
  request: IncomingMessage,
): string | null {
  return cookieValue(request.headers.cookie, sessionCookieName(instanceId));
}

const SIGN_IN = 'Sign in first: open a pairing link, or send an admin token as Authorization: Bearer lka_…';

function refused(message: string): AdminAuth {
  return { ok: false, message };
}

/** Value of a cookie that is there exactly once. */
function cookieValue(header: string | undefined, name: string): string | null {
  const values = (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
  return values.length === 1 ? (values[0] ?? null) : null;
}
