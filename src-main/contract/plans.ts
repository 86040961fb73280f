import { z } from 'zod';
import { planId, timestampMs } from './ids.ts';
import { displayName } from './names.ts';
import { command, orAbsent, query } from './procedure.ts';
import { rule } from './scopes.ts';

export const WINDOW_MS_MIN = 1_000;
export const WINDOW_MS_MAX = 86_400_000;
export const RATE_LIMIT_MAX = 100_000;

/** How a rate limit is written that needs no name: in answers and overrides it is called this. */
export const DEFAULT_LIMIT_NAME = 'default';
export const NAMED_LIMITS_MAX = 10;

const limitNumber = z.int().min(1).max(RATE_LIMIT_MAX);
const windowNumber = z.int().min(WINDOW_MS_MIN).max(WINDOW_MS_MAX);

/** At most `limit` admitted requests in any interval of `windowMs` (sliding, exact). */
export const rateLimit = z.strictObject({ limit: limitNumber, windowMs: windowNumber }).readonly();
export type RateLimit = z.infer<typeof rateLimit>;

/** Name of one of several rate limits: `tokens`, `burst`, `per-address`. */
export const limitName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/,
    'The name of a limit has 1 to 32 letters, digits or _ . - and starts with a letter or digit.',
  );

/** Who shares the counter of a rate limit. `clientIp` = each client address of the key for itself, IPv6 by its /64. */
export const RATE_LIMIT_OWNERS = ['key', 'application', 'partner', 'clientIp'] as const;
/** Who shares the counter of a quota. */
export const QUOTA_OWNERS = ['key', 'application', 'partner'] as const;

/** Requests that a limit holds for: those whose method and path match, as a rule would, and beyond that HEAD with GET, and a path
 *  with and without a slash at its end. `* /**` is every request that names an endpoint. Requests that ask for scopes only name none. */
export const limitEndpoints = rule.unwrap().pick({ methods: true, path: true }).readonly();
export type LimitEndpoints = z.infer<typeof limitEndpoints>;

/** One of several rate limits. The counter belongs to its owner, the name and windowMs: keys of one application that name the
 *  same limit count together, each against its own `limit`. A soft limit counts and warns, and never refuses. */
export const namedRateLimit = z
  .strictObject({
    name: limitName.refine(
      (name) => name !== DEFAULT_LIMIT_NAME,
      'The name default belongs to rateLimit. Choose another.',
    ),
    limit: limitNumber,
    windowMs: windowNumber,
    by: z.enum(RATE_LIMIT_OWNERS).default('key'),
    isSoft: z.boolean().default(false),
    /** Counts and limits these requests only; absent = every request. */
    only: limitEndpoints.optional(),
  })
  .readonly();
export type NamedRateLimit = z.infer<typeof namedRateLimit>;

/** Several rate limits at once: a request must fit into all that are not soft, and is counted in all or none. */
export const rateLimits = z
  .array(namedRateLimit)
  .max(NAMED_LIMITS_MAX)
  .superRefine((limits, refinement) => {
    limits.forEach(({ name }, index) => {
      if (limits.findIndex((other) => other.name === name) === index) return;
      const message = 'This name is given twice. Give each limit its own.';
      refinement.addIssue({ code: 'custom', message, path: [index, 'name'] });
    });
  })
  .readonly();

/** What one call says about the limit of this name: another cost, limit or window, or a limit that the key does not have. */
export const rateLimitOverride = z
  .strictObject({
    name: limitName,
    /** Instead of the request's `cost`. */
    cost: numberIfAny(z.int().min(0).max(1_000)),
    limit: numberIfAny(limitNumber),
    windowMs: numberIfAny(windowNumber),
  })
  .readonly();
export type RateLimitOverride = z.infer<typeof rateLimitOverride>;

/** A time zone of the IANA database, such as `Europe/Berlin`, or `UTC`. */
export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'Use the name of a time zone, such as Europe/Berlin or UTC.');

/** At most `limit` admitted requests in a calendar day or month of `timeZone`. A month starts on `resetDay`, or on its last day
 *  where it has no such day. A soft quota counts and warns, and never refuses. */
export const quota = z
  .strictObject({
    limit: z.int().min(1).max(1_000_000_000_000),
    period: z.enum(['day', 'month']),
    timeZone: timeZone.default('UTC'),
    resetDay: z.int().min(1).max(31).default(1),
    isSoft: z.boolean().default(false),
    by: z.enum(QUOTA_OWNERS).default('key'),
  })
  .refine(({ period, resetDay }) => period === 'month' || resetDay === 1, {
    message: 'Only a quota of a month has a reset day.',
    path: ['resetDay'],
  })
  .readonly();
export type Quota = z.infer<typeof quota>;

export const plan = z
  .object({
    id: planId,
    name: z.string(),
    rateLimit: rateLimit.nullable(),
    rateLimits,
    quota: quota.nullable(),
    keyCount: z.int(),
    createdAt: timestampMs,
    updatedAt: timestampMs,
  })
  .readonly();
export type Plan = z.infer<typeof plan>;

export const planProcedures = {
  'plans.create': command(
    'admin',
    z.strictObject({
      name: displayName,
      rateLimit: rateLimit.nullable().default(null),
      rateLimits: orAbsent(rateLimits, []),
      quota: quota.nullable().default(null),
    }),
    plan,
    ['NAME_TAKEN'],
  ),
  'plans.list': query('viewer', z.strictObject({}), z.object({ items: z.array(plan).readonly() })),
  /** What is left out stays. Keys of the plan follow at their next verification. */
  'plans.update': command(
    'admin',
    z.strictObject({
      planId,
      name: displayName.optional(),
      rateLimit: rateLimit.nullable().optional(),
      rateLimits: rateLimits.optional(),
      quota: quota.nullable().optional(),
    }),
    plan,
    ['PLAN_NOT_FOUND', 'NAME_TAKEN'],
  ),
} as const;

/** JSON null counts as absent. */
function numberIfAny(schema: z.ZodType<number, number>) {
  return schema.nullish().transform((value) => value ?? undefined);
}

function isTimeZone(name: string): boolean {
  // Offsets such as +02:00 have no calendar of their own to follow.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
