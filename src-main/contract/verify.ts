import { z } from 'zod';
import { keyId, requestId, timestampMs } from './ids.ts';
import { tags } from './names.ts';
import { oldSecret } from './old-secret.ts';
import { signatureTold } from './signed-by.ts';
import { NAMED_LIMITS_MAX, rateLimitOverride } from './plans.ts';
import { traceStep } from './trace-step.ts';

/** Outcomes of a verification with the HTTP status that a service or proxy should answer its caller with. */
export const DECISION_STATUS = {
  MISSING_KEY: 401,
  MALFORMED: 401,
  NOT_FOUND: 401,
  REVOKED: 401,
  SUSPENDED: 401,
  EXPIRED: 401,
  IP_NOT_ALLOWED: 403,
  ORIGIN_NOT_ALLOWED: 403,
  USER_AGENT_NOT_ALLOWED: 403,
  SERVICE_NOT_ALLOWED: 403,
  TIME_NOT_ALLOWED: 403,
  SIGNATURE_NOT_ALLOWED: 403,
  INSUFFICIENT_SCOPE: 403,
  RATE_LIMITED: 429,
  QUOTA_EXCEEDED: 429,
  VALID: 200,
} as const;
export type DecisionCode = keyof typeof DECISION_STATUS;

/** In the order in which the checks run; the first failure answers. */
export const DECISION_CODES = Object.keys(DECISION_STATUS) as [DecisionCode, ...DecisionCode[]];
export const decisionCode = z.enum(DECISION_CODES);

export const VERIFY_BODY_BYTES_MAX = 8 * 1024;
export const VERIFY_BATCH_MAX = 100;
export const LOG_ENTRIES_MAX = 1_000;
export const SCOPE_QUERY_CHARACTERS_MAX = 1_000;

/** An HTTP method as a service reports it. Upper-cased before any rule sees it. */
export const methodText = z
  .string()
  .regex(/^[A-Za-z][A-Za-z-]{0,19}$/, 'An HTTP method such as GET.')
  .toUpperCase();

/** An optional field; JSON null counts as absent, because many clients write every field that they have. */
const optional = <T extends z.ZodType>(type: T) =>
  type
    .nullish()
    .transform((value) => value ?? undefined)
    .optional();

// Key, path, origin, user agent and client address are a stranger's text that a service passes on: whatever they hold and however
// long they are, the answer is a decision. Only the body's size bounds them; the log cuts what it keeps.
export const credentialFields = {
  key: optional(z.string()),
  keyId: optional(z.string()),
  /** The 43 characters of the secret alone or with the checksum's 6 behind them, or the whole key. */
  secret: optional(z.string()),
  /** With or without a port. From one that is no IP address no key may be used; an empty text counts as absent. */
  clientIp: optional(z.string()),
};

const verifyFields = {
  ...credentialFields,
  method: optional(methodText),
  path: optional(z.string()),
  scopes: optional(z.array(z.string().min(1).max(128)).min(1).max(50).readonly()),
  /** Scopes that the service demands, as a Boolean text: `inventory:read AND (offers:read OR offers:write)`. */
  scopeQuery: optional(z.string().min(1).max(SCOPE_QUERY_CHARACTERS_MAX)),
  origin: optional(z.string()),
  /** Address of the page that the request comes from (Referer); its origin counts where there is no `origin`. */
  referrer: optional(z.string()),
  userAgent: optional(z.string()),
  /** What was signed of the request beside method and path, for keys that want signed requests. Its nonce works once; under the
   *  `requestId` of a granted request it counts as the same one, so let no caller choose that. */
  signature: optional(signatureTold),
  cost: z
    .int()
    .min(0)
    .max(1_000)
    .nullable()
    .default(1)
    .transform((cost) => cost ?? 1),
  /** Named rate limits for this call: another cost or limit, or one more that the key does not have. */
  rateLimits: optional(z.array(rateLimitOverride).max(NAMED_LIMITS_MAX).readonly()),
  tags: optional(tags),
  requestId: optional(requestId),
  dryRun: flag(),
  explain: flag(),
};

function flag() {
  return z
    .boolean()
    .nullable()
    .default(false)
    .transform((isSet) => isSet ?? false);
}

/** A body that must hold a key, or the pair, and not both. */
export function needsCredential<T extends z.ZodObject<typeof credentialFields>>(body: T): T {
  return body
    .refine(({ key, keyId, secret }) => key !== undefined || (keyId !== undefined && secret !== undefined), {
      message: 'Send key, or keyId and secret.',
      path: ['key'],
    })
    .refine(({ key, keyId, secret }) => key === undefined || (keyId === undefined && secret === undefined), {
      message: 'Send either key or the pair keyId and secret, not both.',
      path: ['key'],
    });
}

/** Body of POST /v1/verify. */
export const verifyRequest = needsCredential(z.strictObject(verifyFields))
  .refine((body) => (body.method === undefined) === (body.path === undefined), {
    message: 'method and path go together.',
    path: ['method'],
  })
  .refine(
    ({ method, scopes, scopeQuery }) =>
      method !== undefined || scopes !== undefined || scopeQuery !== undefined,
    { message: 'Send method and path, or scopes, or scopeQuery, or several of them.', path: ['method'] },
  );
export type VerifyRequest = z.output<typeof verifyRequest>;

export const verifyBatchRequest = z.strictObject({
  items: z.array(z.unknown()).min(1).max(VERIFY_BATCH_MAX).readonly(),
});

/** The window of one rate limit after this request; a refused request has taken nothing. */
const rateLimitState = z
  .object({ limit: z.int(), remaining: z.int(), resetMs: z.number(), windowMs: z.int() })
  .readonly();
export type RateLimitState = z.infer<typeof rateLimitState>;

/** What the caller's developers should know although the request was answered. */
export const WARNING_CODES = [
  'QUOTA_50',
  'QUOTA_80',
  'QUOTA_95',
  'QUOTA_100',
  'SOFT_QUOTA_EXCEEDED',
  'SOFT_RATE_LIMIT_EXCEEDED',
  'RATE_LIMIT_NOT_APPLIED',
  'KEY_EXPIRES_SOON',
  'KEY_IN_GRACE',
  'SECRET_ENDS_SOON',
  // Bindings of a key that are only observed: what enforcing them would have answered.
  'OBSERVED_IP_NOT_ALLOWED',
  'OBSERVED_ORIGIN_NOT_ALLOWED',
  'OBSERVED_USER_AGENT_NOT_ALLOWED',
  'OBSERVED_SERVICE_NOT_ALLOWED',
  'OBSERVED_TIME_NOT_ALLOWED',
  'OBSERVED_SIGNATURE_NOT_ALLOWED',
] as const;
export const warning = z.object({ code: z.enum(WARNING_CODES), message: z.string() }).readonly();
export type Warning = z.infer<typeof warning>;

export const limitFields = {
  /** The tightest of all rate limits: the one with the least remaining. null without one, and when another check refused. */
  rateLimit: rateLimitState.nullable(),
  /** Every rate limit where there are named ones, the one without a name as `default`; else empty. */
  rateLimits: z.array(rateLimitState.unwrap().extend({ name: z.string() }).readonly()).readonly(),
  warnings: z.array(warning).readonly(),
};

export const quotaState = z
  .object({ limit: z.int(), remaining: z.int(), period: z.enum(['day', 'month']), resetsAt: timestampMs })
  .nullable();

const keyRef = z.object({ keyId, name: z.string() });

export const validDecision = z
  .object({
    valid: z.literal(true),
    code: z.literal('VALID'),
    status: z.literal(200),
    requestId,
    key: keyRef.extend({
      environment: z.enum(['live', 'test']),
      secretVersion: z.int(),
      /** The key's scopes at the calling service. */
      scopes: z.array(z.string()).readonly(),
      expiresAt: timestampMs.nullable(),
      /** Only of a key with a grace: it passes until then, also after its expiry. */
      graceEndsAt: timestampMs.optional(),
      meta: z.record(z.string(), z.unknown()),
      externalId: z.string().nullable(),
    }),
    application: z.object({ id: z.string(), name: z.string(), slug: z.string() }),
    partner: z.object({ id: z.string(), name: z.string(), tier: z.string() }),
    ...limitFields,
    quota: quotaState,
    rotation: oldSecret.nullable(),
    latencyUs: z.number(),
    trace: z.array(traceStep).readonly().optional(),
  })
  .readonly();
export type ValidDecision = z.infer<typeof validDecision>;

export const refusedDecision = z
  .object({
    valid: z.literal(false),
    code: decisionCode.exclude(['VALID']),
    status: z.int(),
    requestId,
    message: z.string(),
    /** More words, where one code has several causes: overlap ended, encoded slash … */
    detail: z.string().nullable(),
    /** What the key lacks: `POST /offers` or scope names. */
    missing: z.array(z.string()).readonly(),
    /** The deny rule that decided; null when nothing allowed the request. */
    rule: z.string().nullable(),
    retryAfterMs: z.number().nullable(),
    ...limitFields,
    /** Only of QUOTA_EXCEEDED: what is left of it. */
    quota: quotaState.optional(),
    /** Whom to ask: the application's contact. */
    contact: z.string().nullable(),
    /** Where to ask for access. */
    help: z.string().nullable(),
    key: keyRef.nullable(),
    latencyUs: z.number(),
    trace: z.array(traceStep).readonly().optional(),
  })
  .readonly();
export type RefusedDecision = z.infer<typeof refusedDecision>;

/** Answer of POST /v1/verify whenever the check ran. */
export const verifyResponse = z.discriminatedUnion('valid', [validDecision, refusedDecision]);
export type VerifyResponse = z.infer<typeof verifyResponse>;

/** One report of POST /v1/log. With a requestId it joins that decision; without, it is a request verified elsewhere. */
export const logEntry = z
  .strictObject({
    requestId: optional(requestId),
    responseStatus: z.int().min(100).max(599),
    durationMs: optional(z.number().min(0).max(86_400_000)),
    bytes: optional(z.int().min(0)),
    errorCode: optional(z.string().max(64)),
    keyId: optional(keyId),
    method: optional(methodText),
    path: optional(z.string()),
    at: optional(timestampMs),
    clientIp: optional(z.string()),
    userAgent: optional(z.string()),
    tags: optional(tags),
  })
  .refine((entry) => entry.requestId !== undefined || entry.keyId !== undefined, {
    message: 'Without requestId, keyId is required.',
    path: ['keyId'],
  })
  .refine((entry) => entry.requestId !== undefined || entry.method !== undefined, {
    message: 'Without requestId, method is required.',
    path: ['method'],
  })
  .refine((entry) => entry.requestId !== undefined || entry.path !== undefined, {
    message: 'Without requestId, path is required.',
    path: ['path'],
  });
export type LogEntry = z.output<typeof logEntry>;

/** Why an entry of POST /v1/log was not taken. */
export const LOG_REJECTIONS = [
  'INVALID_ENTRY',
  'UNKNOWN_REQUEST',
  'UNKNOWN_KEY',
  'OTHER_SERVICE',
  'LOG_FULL',
] as const;

export const logResponse = z
  .object({
    accepted: z.int(),
    rejected: z
      .array(z.object({ index: z.int(), code: z.enum(LOG_REJECTIONS), detail: z.string() }).readonly())
      .readonly(),
  })
  .readonly();
export type LogResponse = z.infer<typeof logResponse>;

/** Codes of the service listener's problem bodies (RFC 9457, application/problem+json). */
export const PROBLEM_CODES = [
  'BAD_REQUEST',
  'UNKNOWN_FIELD',
  'KEY_IN_URL',
  'CREDENTIALS_UNCLEAR',
  'HEADERS_CONFLICT',
  'GATEWAY_MISCONFIGURED',
  'SERVICE_TOKEN_MISSING',
  'SERVICE_TOKEN_INVALID',
  'ENROLMENT_TOKEN_MISSING',
  'ENROLMENT_TOKEN_INVALID',
  'IP_NOT_ALLOWED',
  'PARENT_NOT_LIVE',
  'TOO_MANY_CHILDREN',
  'REQUEST_ID_TAKEN',
  'CONTACT_NEEDED',
  'FORBIDDEN_ORIGIN',
  'MISDIRECTED_HOST',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'BODY_TOO_LARGE',
  'HEADERS_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'SERVICE_THROTTLED',
  'VERIFY_UNAVAILABLE',
  'LOG_UNAVAILABLE',
  'INTERNAL',
] as const;

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(PROBLEM_CODES),
    requestId: z.string(),
    /** The field that was refused, where one was. */
    field: z.string().optional(),
    retryAfterMs: z.number().optional(),
    help: z.string().optional(),
  })
  .readonly();
export type Problem = z.infer<typeof problem>;
export type ProblemCode = Problem['code'];

/** What the client of a gateway gets when its request may not pass: a problem body whose code is that of the decision. */
export const refusalProblem = problem
  .unwrap()
  .omit({ field: true, retryAfterMs: true, help: true })
  .extend({
    code: decisionCode.exclude(['VALID']),
    missing: z.array(z.string()).readonly(),
    rule: z.string().nullable(),
    retryAfterMs: z.number().nullable(),
    contact: z.string().nullable(),
    help: z.string().nullable(),
  })
  .readonly();
export type RefusalProblem = z.infer<typeof refusalProblem>;
