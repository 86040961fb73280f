import { z } from 'zod';
import { planId, timestampMs } from './ids.ts';
import { displayName } from './names.ts';
import { command, query } from './procedure.ts';

export const WINDOW_MS_MIN = 1_000;
export const WINDOW_MS_MAX = 86_400_000;
export const RATE_LIMIT_MAX = 100_000;

/** At most `limit` admitted requests in any interval of `windowMs` (sliding, exact). */
export const rateLimit = z
  .strictObject({
    limit: z.int().min(1).max(RATE_LIMIT_MAX),
    windowMs: z.int().min(WINDOW_MS_MIN).max(WINDOW_MS_MAX),
  })
  .readonly();
export type RateLimit = z.infer<typeof rateLimit>;

/** At most `limit` admitted requests in a calendar day or month, UTC. */
export const quota = z
  .strictObject({ limit: z.int().min(1).max(1_000_000_000_000), period: z.enum(['day', 'month']) })
  .readonly();
export type Quota = z.infer<typeof quota>;

export const plan = z
  .object({
    id: planId,
    name: z.string(),
    rateLimit: rateLimit.nullable(),
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
      quota: quota.nullable().default(null),
    }),
    plan,
    ['NAME_TAKEN'],
  ),
  'plans.list': query('viewer', z.strictObject({}), z.object({ items: z.array(plan).readonly() })),
  'plans.update': command(
    'admin',
    z.strictObject({
      planId,
      name: displayName.optional(),
      rateLimit: rateLimit.nullable().optional(),
      quota: quota.nullable().optional(),
    }),
    plan,
    ['PLAN_NOT_FOUND', 'NAME_TAKEN'],
  ),
} as const;
