import {
  ACCESS_TOKEN_TYPE,
  JWT_TYPE,
  scopeNamesOf,
  TOKEN_EXCHANGE_GRANT,
  tokenRequest,
  type TokenError,
  type TokenRequest,
} from '#contract/token-exchange.ts';
import { JSON_DEPTH_MAX, parseJsonBody } from './json-body.ts';
import { FORM_TYPE } from './service-policy.ts';
import type { TokenAsk } from './token-desk.ts';

/** What is asked for, or the error that says what cannot be understood. */
export type ReadTokenRequest =
  | { readonly ok: true; readonly asked: Pick<TokenAsk, 'key' | 'scopes' | 'audience'> }
  | { readonly ok: false; readonly error: TokenError };

/** Reads the body of POST /v1/token: a form, as OAuth wants it, or the same parameters as JSON. */
export function readTokenRequest(contentType: string | undefined, body: Buffer): ReadTokenRequest {
  const isForm = contentType?.toLowerCase().startsWith(FORM_TYPE) ?? false;
  const read = isForm ? fromForm(body) : fromJson(body);
  return 'problem' in read ? no('invalid_request', read.problem) : understand(read.request);
}

function no(error: TokenError['error'], words: string): ReadTokenRequest {
  return { ok: false, error: { error, error_description: words } };
}

type Read = { readonly request: TokenRequest } | { readonly problem: string };

/** OAuth: a parameter without a value counts as absent, and one that is known comes once. */
function fromForm(body: Buffer): Read {
  const form = new URLSearchParams(body.toString('utf8'));
  const repeated = Object.keys(tokenRequest.shape).find((name) => form.getAll(name).length > 1);
  if (repeated !== undefined)
    return { problem: `The parameter ${repeated} came more than once. Send it once.` };
  return fromParameters(Object.fromEntries([...form].filter(([, value]) => value !== '')));
}

function fromJson(body: Buffer): Read {
  const json = parseJsonBody(body, JSON_DEPTH_MAX);
  return json.ok ? fromParameters(json.value) : { problem: json.message };
}

function fromParameters(parameters: unknown): Read {
  const parsed = tokenRequest.safeParse(parameters);
  if (parsed.success) return { request: parsed.data };
  const name = parsed.error.issues[0]?.path.join('.') ?? '';
  return { problem: name === '' ? 'Send the parameters of a token exchange.' : `Send ${name} as a text.` };
}

function understand(request: TokenRequest): ReadTokenRequest {
  if (request.grant_type !== TOKEN_EXCHANGE_GRANT) {
    return no('unsupported_grant_type', `Send grant_type=${TOKEN_EXCHANGE_GRANT}.`);
  }
  if (request.subject_token_type !== ACCESS_TOKEN_TYPE) {
    return no('invalid_request', `Send the API key with subject_token_type=${ACCESS_TOKEN_TYPE}.`);
  }
  const { requested_token_type: wanted, resource, actor_token: actor } = request;
  if (wanted !== undefined && wanted !== ACCESS_TOKEN_TYPE && wanted !== JWT_TYPE) {
    return no('invalid_request', `Only ${ACCESS_TOKEN_TYPE} and ${JWT_TYPE} can be requested.`);
  }
  if (actor !== undefined) return no('invalid_request', 'There is no actor here: leave actor_token out.');
  if (resource !== undefined)
    return no('invalid_target', 'Name the service as audience instead of resource.');
  const scopes = request.scope === undefined ? null : scopeNamesOf(request.scope);
  if (request.scope !== undefined && (scopes === null || scopes.length === 0)) {
    return no('invalid_scope', 'scope holds at most 50 names of scopes with a space between them.');
  }
  return { ok: true, asked: { key: request.subject_token, scopes, audience: request.audience ?? null } };
}
