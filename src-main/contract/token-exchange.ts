import { z } from 'zod';
import { applicationId, keyId, serviceId, timestampMs } from './ids.ts';
import { command, query } from './procedure.ts';
import { rule, scopeName } from './scopes.ts';

const MINUTE_MS = 60_000;
/** How long a token lives. Short, because nobody who checks it offline hears of a revocation before its end. */
export const TOKEN_LIFE_MS_MIN = MINUTE_MS;
export const TOKEN_LIFE_MS_MAX = 15 * MINUTE_MS;
export const TOKEN_LIFE_MS_DEFAULT = 5 * MINUTE_MS;
/** How long checkers may keep the list of signing keys. A new signing key is in the list that long before it signs. */
export const JWKS_MAX_AGE_MS = 5 * MINUTE_MS;
/** Longest token: proxies and servers take headers of 8 KB in all. */
export const TOKEN_CHARACTERS_MAX = 4_096;

export const TOKEN_PATH = '/v1/token';
export const JWKS_PATH = '/.well-known/jwks.json';

/** Of RFC 8693. */
export const TOKEN_EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
export const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt';

/** Body of POST /v1/token: RFC 8693 with what stands behind `subject_token` always an API key. Parameters that are not named here are
 *  left alone, as OAuth wants it. */
export const tokenRequest = z.object({
  grant_type: z.string(),
  subject_token: z.string().min(1),
  subject_token_type: z.string(),
  /** Names of scopes with a space between them; without it, all that the key holds at the service. */
  scope: z.string().max(4_000).optional(),
  /** Slug of the service; may be left out where the key can be exchanged for one service only. */
  audience: z.string().max(200).optional(),
  requested_token_type: z.string().optional(),
  resource: z.string().optional(),
  actor_token: z.string().optional(),
});
export type TokenRequest = z.infer<typeof tokenRequest>;

/** What the client gets. */
export const tokenResponse = z
  .object({
    access_token: z.string(),
    issued_token_type: z.literal(ACCESS_TOKEN_TYPE),
    token_type: z.literal('Bearer'),
    /** Seconds. */
    expires_in: z.int(),
    scope: z.string(),
  })
  .readonly();
export type TokenResponse = z.infer<typeof tokenResponse>;

/** Why there is no token (RFC 6749, 5.2; RFC 8693, 2.2.2: a key that is not accepted is an `invalid_request`). */
export const tokenError = z
  .object({
    error: z.enum([
      'invalid_request',
      'invalid_scope',
      'invalid_target',
      'unsupported_grant_type',
      'temporarily_unavailable',
    ]),
    error_description: z.string(),
  })
  .readonly();
export type TokenError = z.infer<typeof tokenError>;

/** What a token says (RFC 9068 with four claims of our own). Times in whole seconds UTC. */
export const tokenClaims = z
  .object({
    iss: z.string(),
    /** Id of the key that was exchanged. */
    sub: keyId,
    /** Slug of the service. */
    aud: z.string(),
    client_id: applicationId,
    /** Names of scopes with a space between them. */
    scope: z.string(),
    iat: z.int(),
    exp: z.int(),
    jti: z.string(),
    /** Version of the secret that was exchanged. */
    key_version: z.int(),
    service_id: serviceId,
    /** Does it hold the allow rules of the key's own, too? */
    own_rules: z.boolean(),
    /** What it may call: a deny rule wins, and what no rule allows is refused. */
    rules: z.array(rule).readonly(),
  })
  .readonly();
export type TokenClaims = z.infer<typeof tokenClaims>;

/** A public key for checking tokens (RFC 7517). */
export const publicSigningKey = z
  .object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    /** Its thumbprint (RFC 7638). */
    kid: z.string(),
    alg: z.literal('ES256'),
    use: z.literal('sig'),
  })
  .readonly();
export type PublicSigningKey = z.infer<typeof publicSigningKey>;

/** Answer of GET /.well-known/jwks.json. Empty until a service takes tokens. */
export const jwks = z.object({ keys: z.array(publicSigningKey).readonly() }).readonly();
export type Jwks = z.infer<typeof jwks>;

/** A signing key as admins see it. */
export const signingKey = z
  .object({
    kid: z.string(),
    /** `next` is in the list and does not sign yet; `retired` signs no more and stays in the list until the last token has ended. */
    state: z.enum(['next', 'current', 'retired']),
    startsAt: timestampMs,
    /** When it leaves the list; null = nothing has replaced it. */
    endsAt: timestampMs.nullable(),
  })
  .readonly();
export type SigningKey = z.infer<typeof signingKey>;

/** How keys are exchanged for tokens of one service. */
export const tokenExchange = z
  .object({
    serviceId,
    isOn: z.boolean(),
    lifeMs: z.int(),
    /** `iss` and `aud` of its tokens. */
    issuer: z.string(),
    audience: z.string(),
    tokenUrl: z.string(),
    jwksUrl: z.string(),
    /** Newest first; the same for all services. */
    signingKeys: z.array(signingKey).readonly(),
  })
  .readonly();
export type TokenExchange = z.infer<typeof tokenExchange>;

/** The names that a `scope` parameter holds, in order and each once; null when one of them is no name of a scope. */
export function scopeNamesOf(text: string): readonly string[] | null {
  const names = [...new Set(text.split(' ').filter((name) => name !== ''))];
  return names.length <= 50 && names.every((name) => scopeName.safeParse(name).success) ? names : null;
}

export const tokenExchangeProcedures = {
  'tokenExchange.get': query('viewer', z.strictObject({ serviceId }), tokenExchange, ['SERVICE_NOT_FOUND']),
  /** The first service that is switched on makes the first signing key. */
  'tokenExchange.update': command(
    'admin',
    z.strictObject({
      serviceId,
      isOn: z.boolean().optional(),
      lifeMs: z.int().min(TOKEN_LIFE_MS_MIN).max(TOKEN_LIFE_MS_MAX).optional(),
    }),
    tokenExchange,
    ['SERVICE_NOT_FOUND'],
  ),
  /** Makes a new signing key, for all services. The former one stays in the list until its last token has ended; with
   *  `isCompromised` it goes at once, and every token that it signed with it. */
  'tokenExchange.rotateKey': command(
    'admin',
    z.strictObject({ isCompromised: z.boolean().default(false) }),
    z.object({ signingKeys: z.array(signingKey).readonly() }),
    ['WRONG_STATUS'],
  ),
} as const;
