import { z } from 'zod';
import { cidr } from './bindings.ts';
import { endpointId, requestId, serviceId, timestampMs } from './ids.ts';
import { displayName, serviceSlug } from './names.ts';
import { command, query } from './procedure.ts';
import { METHODS } from './http-methods.ts';
import { pathPattern } from './scopes.ts';
import { decisionCode, methodText } from './verify.ts';

/** Longest time for which a service may be allowed to keep an answer, in seconds: as long as a revoked key may then go on passing there. */
export const KEEP_SECONDS_MAX = 60;

export const service = z
  .object({
    id: serviceId,
    name: z.string(),
    slug: serviceSlug,
    baseUrl: z.string().nullable(),
    endpointCount: z.int(),
    scopeCount: z.int(),
    /** First and last characters of the current token, enough to recognise it: `lks_trade_…9f4A`. */
    tokenHint: z.string(),
    tokenCreatedAt: timestampMs,
    /** Verifications a second that it may ask for; beyond it 503. null = no ceiling of its own. */
    verifyPerSecondMax: z.int().nullable(),
    /** How long it may keep the answer that a live key may pass; 0 = not at all. Told in Cache-Control: seconds, as there. */
    keepLiveSeconds: z.int(),
    /** The same of test keys. */
    keepTestSeconds: z.int(),
    /** Addresses and networks from which its token is taken; empty = from anywhere. The address is that of the connection: of the
     *  proxy where one asks, and of the load balancer where one stands between. */
    askedFrom: z.array(z.string()).readonly(),
    /** When the service last asked; null before the first call since the last start and in the kept log. */
    lastSeenAt: timestampMs.nullable(),
    createdAt: timestampMs,
    updatedAt: timestampMs,
  })
  .readonly();
export type Service = z.infer<typeof service>;

/** Where an endpoint of the catalogue comes from: typed in, a document, or paths of the request log. */
export const ENDPOINT_SOURCES = ['manual', 'openapi', 'observed'] as const;

export const endpoint = z
  .object({
    id: endpointId,
    serviceId,
    method: z.enum(METHODS),
    path: z.string(),
    /** Group in the scope picker: the first OpenAPI tag, else the first path segment. */
    group: z.string(),
    summary: z.string(),
    source: z.enum(ENDPOINT_SOURCES),
    createdAt: timestampMs,
    updatedAt: timestampMs,
  })
  .readonly();
export type Endpoint = z.infer<typeof endpoint>;

const verifyPerSecondMax = z.int().min(1).max(1_000_000).nullable();
const askedFrom = z.array(cidr).max(100).readonly();
const keepSeconds = z.int().min(0).max(KEEP_SECONDS_MAX);

/** `token` is null only when an earlier command with the same idempotencyKey already showed it. */
const serviceWithToken = z.object({ service, token: z.string().nullable() });

/** What the verification of a first request came to. */
export const trialAnswer = z.object({ valid: z.boolean(), code: decisionCode, requestId }).readonly();

export const serviceProcedures = {
  'services.create': command(
    'admin',
    z.strictObject({
      name: displayName,
      slug: serviceSlug,
      baseUrl: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .nullable()
        .default(null),
      verifyPerSecondMax: verifyPerSecondMax.default(null),
      keepLiveSeconds: keepSeconds.default(0),
      keepTestSeconds: keepSeconds.default(0),
      askedFrom: askedFrom.default([]),
    }),
    serviceWithToken,
    ['SLUG_TAKEN', 'NAME_TAKEN'],
    ['token'],
  ),
  'services.list': query('viewer', z.strictObject({}), z.object({ items: z.array(service).readonly() })),
  'services.get': query('viewer', z.strictObject({ serviceId }), service, ['SERVICE_NOT_FOUND']),
  'services.update': command(
    'admin',
    z.strictObject({
      serviceId,
      name: displayName.optional(),
      baseUrl: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .nullable()
        .optional(),
      verifyPerSecondMax: verifyPerSecondMax.optional(),
      keepLiveSeconds: keepSeconds.optional(),
      keepTestSeconds: keepSeconds.optional(),
      askedFrom: askedFrom.optional(),
    }),
    service,
    ['SERVICE_NOT_FOUND', 'NAME_TAKEN'],
  ),
  // The former token goes on for overlapMs (default 0: ends at once, at most 7 days) so that a service need not be down.
  /** Sends one verification over HTTP to the service listener, as the service would. It is decided, counted and logged like any
   *  other; token and key are kept nowhere. */
  'services.tryVerification': query(
    'admin',
    z.strictObject({
      serviceToken: z.string().min(1).max(200),
      key: z.string().min(1).max(200),
      method: methodText,
      path: z.string().min(1).max(2_000),
    }),
    trialAnswer,
  ),
  'services.rotateToken': command(
    'admin',
    z.strictObject({
      serviceId,
      overlapMs: z
        .int()
        .min(0)
        .max(7 * 86_400_000)
        .default(0),
    }),
    serviceWithToken,
    ['SERVICE_NOT_FOUND'],
    ['token'],
  ),
  'endpoints.list': query(
    'viewer',
    z.strictObject({ serviceId: serviceId.optional() }),
    z.object({ items: z.array(endpoint).readonly() }),
    ['SERVICE_NOT_FOUND'],
  ),
  'endpoints.add': command(
    'admin',
    z.strictObject({
      serviceId,
      method: z.enum(METHODS),
      path: pathPattern,
      group: displayName.optional(),
      summary: z.string().max(300).default(''),
    }),
    endpoint,
    ['SERVICE_NOT_FOUND', 'NAME_TAKEN'],
  ),
  'endpoints.delete': command(
    'admin',
    z.strictObject({ endpointId }),
    z.object({ deleted: z.literal(true) }),
    ['ENDPOINT_NOT_FOUND'],
  ),
} as const;
