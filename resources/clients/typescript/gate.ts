import { readCredential } from './credential.ts';
import type { Credential, HeaderOf } from './credential.ts';
import type { Allowed, Refused } from './decision.ts';
import type { Latchkey, Outcome, Question, Signed } from './latchkey.ts';
import { passHeaders } from './pass-headers.ts';

type Headers = Readonly<Record<string, string>>;

/** A request as every framework can tell it. `path` is what the service routes on, without the query string. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  /** The query string with its question mark; empty without one. It is told only with a signature that covers it. */
  readonly query: string;
  readonly headerOf: HeaderOf;
  readonly clientIp: string | undefined;
}

/** What a route demands beside the endpoint rules of the key's scopes. */
export interface Demand {
  /** Names of scopes, all of them. */
  readonly scopes?: readonly string[];
  readonly cost?: number;
  readonly tags?: readonly string[];
}

/** Who calls, and how long ago that was decided, ms: 0 unless decisions are kept. null when Latchkey could not be asked and the policy
 *  lets requests pass. */
export type Caller =
  (Pick<Allowed, 'requestId' | 'key' | 'application' | 'partner'> & { readonly ageMs: number }) | null;

/** What to do with a request. `finished` is called with the status of the answer, once it is sent. */
export type Gate = {
  readonly headers: Headers;
  readonly finished: (responseStatus: number) => void;
} & (
  | { readonly passes: true; readonly caller: Caller }
  | { readonly passes: false; readonly status: number; readonly body: string }
);

/** Decides whether a request may pass. Never rejects. A request without a credential, or with two, is refused without asking. */
export async function openGate(latchkey: Latchkey, incoming: Incoming, demand: Demand = {}): Promise<Gate> {
  const startedAt = Date.now();
  const started = performance.now();
  const credential = readCredential(incoming.headerOf);
  if (credential.kind === 'none' || credential.kind === 'fault') return refuseUnasked(credential);
  const outcome = await latchkey.verify(questionOf(credential, incoming, demand));
  const finished = (responseStatus: number): void => {
    const durationMs = Math.round((performance.now() - started) * 1_000) / 1_000;
    const whose = whoseRequest(outcome, incoming, startedAt);
    if (whose !== null) latchkey.report({ ...whose, responseStatus, durationMs });
  };
  if (outcome.kind === 'refused') return { ...refusal(outcome.decision), finished };
  if (outcome.kind === 'allowed') {
    const { application, key, partner, requestId } = outcome.decision;
    const caller = { requestId, key, application, partner, ageMs: outcome.ageMs };
    // A kept decision belongs to an earlier request.
    const own: Headers = outcome.isCached ? {} : { 'X-Request-Id': requestId };
    return {
      passes: true,
      caller,
      headers: { ...own, ...passHeaders(outcome.decision, startedAt) },
      finished,
    };
  }
  if (outcome.mayPass) return { passes: true, caller: null, headers: {}, finished };
  return { ...unavailable(outcome), finished };
}

/** A request target in its two parts; the query with its question mark. */
export function pathAndQuery(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark) };
}

function questionOf(
  credential: Extract<Credential, { kind: 'key' | 'pair' }>,
  incoming: Incoming,
  demand: Demand,
): Question {
  const { clientIp, headerOf, method, path } = incoming;
  const signature = signatureOf(incoming);
  const { kind: _kind, ...presented } = credential;
  const [origin, userAgent] = [originOf(headerOf), headerOf('user-agent')];
  return {
    ...presented,
    method,
    path,
    ...(clientIp === undefined ? {} : { clientIp }),
    ...(origin === null ? {} : { origin }),
    ...(signature === null ? {} : { signature }),
    // Longer ones would only make the question too large; the log keeps less.
    ...(userAgent === null ? {} : { userAgent: userAgent.slice(0, 512) }),
    ...demand,
  };
}

/** http or https, no user name: what browsers send. */
const PAGE = /^(https?:\/\/[^/?#@\\\s]+)(?:[/?#]|$)/i;

/** What the request names as its origin, else the origin of the page it comes from: browsers send no Origin with a GET of their own
 *  site. Only the origin is told on, not the page. */
function originOf(headerOf: HeaderOf): string | null {
  return headerOf('origin') ?? PAGE.exec(headerOf('referer') ?? '')?.[1] ?? null;
}

/** Fields that hold secrets are not told on, also when they were signed. */
const SECRET_FIELDS = ['authorization', 'x-api-key', 'x-api-secret', 'cookie'];

/** The signature of a request (RFC 9421) with the fields that it names, for keys that want signed requests. */
function signatureOf({ headerOf, query }: Incoming): Signed | null {
  const [input, value] = [headerOf('signature-input'), headerOf('signature')];
  if (input === null || value === null) return null;
  const names = [...input.matchAll(/"([a-z0-9-]+)"/g)].map(([, name = '']) => name);
  const headers = names.flatMap((name) => {
    const text = SECRET_FIELDS.includes(name) ? null : headerOf(name);
    return text === null ? [] : [[name, text] as const];
  });
  return { input, value, query, headers: Object.fromEntries(headers) };
}

/** A decision is reported once; a request that passed by a kept one is reported as one of its own. */
function whoseRequest(outcome: Outcome, { method, path }: Incoming, at: number) {
  if (outcome.kind === 'unavailable') return null;
  const { decision } = outcome;
  if (outcome.kind === 'refused' || !outcome.isCached) return { requestId: decision.requestId };
  return { keyId: outcome.decision.key.keyId, method, path, at };
}

const REALM = 'Bearer realm="api"';

function refuseUnasked(credential: Extract<Credential, { kind: 'none' | 'fault' }>): Gate {
  const isNone = credential.kind === 'none';
  const detail = isNone ? 'Send an API key as Authorization: Bearer or as X-API-Key.' : credential.why;
  return {
    ...answer(
      { code: isNone ? 'MISSING_KEY' : 'MALFORMED', status: 401, detail },
      { 'WWW-Authenticate': isNone ? REALM : `${REALM}, error="invalid_request"` },
    ),
    finished: () => undefined,
  };
}

/** The refusal as the caller may read it: malformed and unknown keys look alike, and nothing of our own rules is told. */
function refusal(decision: Refused) {
  const { contact, help, message, missing, requestId, retryAfterMs, status } = decision;
  const code = decision.code === 'MALFORMED' ? 'NOT_FOUND' : decision.code;
  const detail = code === 'NOT_FOUND' ? 'This API key is not known here.' : message;
  return answer(
    { code, status, detail, requestId, missing, retryAfterMs, contact, help },
    {
      ...(retryAfterMs === null
        ? {}
        : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1_000))) }),
      ...(help === null ? {} : { Link: helpLink(help) }),
      ...(status === 401 ? { 'WWW-Authenticate': `${REALM}, error="invalid_token"` } : {}),
      ...(code === 'INSUFFICIENT_SCOPE'
        ? { 'WWW-Authenticate': `${REALM}, error="insufficient_scope"${scopeText(missing)}` }
        : {}),
    },
  );
}

/** The way to help, for programs that read no body (RFC 8288). What an admin typed may hold letters that no header carries. */
function helpLink(help: string): string {
  return `<${help.replace(/[^!#-;=?-~]/gu, encodeURIComponent)}>; rel="help"`;
}

/** Endpoints among what is missing are no scope names. */
function scopeText(missing: readonly string[]): string {
  const names = missing.filter((name) => /^[!#-[\]-~]+$/.test(name));
  return names.length === 0 ? '' : `, scope="${names.join(' ')}"`;
}

const TITLES: Readonly<Record<number, string>> = {
  401: 'The API key is missing or not good',
  403: 'The API key may not do this',
  429: 'Too many requests',
  503: 'API keys cannot be verified right now',
};

function answer(
  told: { readonly code: string; readonly status: number; readonly detail: string } & Readonly<
    Record<string, unknown>
  >,
  headers: Headers,
) {
  const title = TITLES[told.status] ?? 'Refused';
  const body = { type: `urn:latchkey:problem:${told.code}`, title, ...told };
  return {
    passes: false,
    status: told.status,
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers },
  } as const;
}

function unavailable({ retryAfterS, status }: Extract<Outcome, { kind: 'unavailable' }>) {
  const code = status === 429 ? 'TOO_MANY_FAILURES' : 'VERIFY_UNAVAILABLE';
  return answer({ code, status, detail: 'Try again later.' }, { 'Retry-After': String(retryAfterS) });
}
