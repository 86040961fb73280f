import { z } from 'zod';
import { keyId, timestampMs } from './ids.ts';
import { limitEndpoints, QUOTA_OWNERS, RATE_LIMIT_OWNERS } from './plans.ts';
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
            /** Absent: it holds for every request. */
            only: limitEndpoints.optional(),
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

/** The limit of a key of which the largest share is used up. */
const tightestLimit = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rate'),
    limit: z.int(),
    used: z.int(),
    /** null for the limit without a name. */
    name: z.string().nullable(),
    windowMs: z.int(),
  }),
  z.object({ kind: z.literal('quota'), limit: z.int(), used: z.int(), period: z.enum(['day', 'month']) }),
]);
export type TightestLimit = z.infer<typeof tightestLimit>;

export const limitsLeftProcedures = {
  /** What the limits of a key have left right now; asking spends nothing. */
  'keys.limits': query('viewer', z.strictObject({ keyId }), limitsLeft, ['KEY_NOT_FOUND']),
  /** How much of their tightest limits keys have used right now, for the rows of a list that are in view; asking spends nothing.
   *  `tightest` is null where nothing is limited, or only single client addresses are. Keys that are not there are left out. */
  'keys.tightestLimits': query(
    'viewer',
    z.strictObject({ keyIds: z.array(keyId).min(1).max(200).readonly() }),
    z.array(z.object({ keyId, tightest: tightestLimit.readonly().nullable() })).readonly(),
  ),
} as const;
