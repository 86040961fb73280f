import { replyError, type ReplyError } from '#contract/errors.ts';
import { CSRF_HEADER } from '#contract/session-rules.ts';
import { sessionInfo, signedIn, type SessionInfo } from '#contract/sign-in.ts';
import { z } from 'zod';

const CSRF_KEY = 'latchkey.csrf';

/** The second half of a browser session. sessionStorage belongs to this origin and port alone, the cookie does not. */
export function csrfToken(): string | null {
  return sessionStorage.getItem(CSRF_KEY);
}

/** Forgets this side of the session. */
export function forgetSession(): void {
  sessionStorage.removeItem(CSRF_KEY);
}

/** What signing in came to. */
export type SignInResult =
  | { readonly ok: true; readonly session: SessionInfo }
  | {
      readonly ok: false;
      readonly error: ReplyError;
      /** The next try is taken after this many seconds; 0 = now. */
      readonly waitSeconds: number;
    };

const UNREACHABLE: ReplyError = {
  code: 'UNAVAILABLE',
  message: 'Latchkey cannot be reached. Is the server running?',
  requestId: '',
};

// Both problem+json and Reply carry message and request id; read what is there.
const refusal = z.union([
  z.object({ error: replyError }).transform((body) => body.error),
  z.object({ detail: z.string(), requestId: z.string() }).transform((body): ReplyError => ({
    code: 'UNAUTHENTICATED',
    message: body.detail,
    requestId: body.requestId,
  })),
]);
const envelope = z.union([
  z.object({ ok: z.literal(true), data: signedIn }).transform((body) => body.data),
  signedIn,
]);

async function post(path: string, body: unknown): Promise<SignInResult> {
  let answer: unknown;
  let waitSeconds = 0;
  try {
    const response = await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    waitSeconds = Number(response.headers.get('Retry-After') ?? 0);
    answer = await response.json();
  } catch {
    return { ok: false, error: UNREACHABLE, waitSeconds };
  }
  const success = envelope.safeParse(answer);
  if (success.success) {
    sessionStorage.setItem(CSRF_KEY, success.data.csrfToken);
    return { ok: true, session: success.data.session };
  }
  const refused = refusal.safeParse(answer);
  return { ok: false, error: refused.success ? refused.data : UNREACHABLE, waitSeconds };
}

/** Signs this browser in with the code of a pairing link. A code works once. */
export function signInWithCode(code: string): Promise<SignInResult> {
  return post('/api/session/pair', { code });
}

/** Signs this browser in with an admin token. The token is not kept. */
export function signInWithToken(token: string): Promise<SignInResult> {
  return post('/api/session/token', { token });
}

/** The session of this browser, or null when there is none. Throws when the server cannot be reached. */
export async function currentSession(): Promise<SessionInfo | null> {
  const csrf = csrfToken();
  if (csrf === null) return null;
  const response = await fetch('/api/session', {
    credentials: 'same-origin',
    cache: 'no-store',
    headers: { [CSRF_HEADER]: csrf },
  });
  if (!response.ok) return null;
  const body: unknown = await response.json();
  const parsed = z
    .union([
      z.object({ ok: z.literal(true), data: sessionInfo }).transform((reply) => reply.data),
      sessionInfo,
    ])
    .safeParse(body);
  return parsed.success ? parsed.data : null;
}

/** Ends this browser's session on both sides; never fails. */
export async function signOut(): Promise<void> {
  const csrf = csrfToken();
  forgetSession();
  if (csrf === null) return;
  await fetch('/api/session/end', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', [CSRF_HEADER]: csrf },
    body: '{}',
  }).catch(() => undefined);
}
