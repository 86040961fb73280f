import { z } from 'zod';
import { keyId, timestampMs } from './ids.ts';
import { QUOTA_OWNERS, RATE_LIMIT_OWNERS } from './plans.ts';
import { query } from './procedure.ts';

/** A limit as it is at this moment. `used` may be more than `limit` where the limit is soft or was lowered. */
const limitLeft = {
  limit: z.int(),
  used: z.int(),
  remaining: z.int(),
};

export const limitsLeft = z
  .object({
    /** In force, the plan's included. Counters of single client addresses are not told: `used` is null. */
    rateLimits: z
      .array(
        z
          .object({
            ...limitLeft,
            /** null for the limit without a name. */
            name: z.string().nullable(),
            windowMs: z.int(),
            by: z.enum(RATE_LIMIT_OWNERS),
            isSoft: z.boolean(),
            used: z.int().nullable(),
            remaining: z.int().nullable(),
            /** When all of it is free again if nobody calls; 0 when it is. */
            resetMs: z.number(),
          })
          .readonly(),
      )
      .readonly(),
    quota: z
      .object({
        ...limitLeft,
        period: z.enum(['day', 'month']),
        by: z.enum(QUOTA_OWNERS),
        isSoft: z.boolean(),
        resetsAt: timestampMs,
      })
      .readonly()
      .nullable(),
  })
  .readonly();
export type LimitsLeft = z.infer<typeof limitsLeft>;

export const limitsLeftProcedures = {
  /** What the limits of a key have left right now; asking spends nothing. */
  'keys.limits': query('viewer', z.strictObject({ keyId }), limitsLeft, ['KEY_NOT_FOUND']),
} as const;
