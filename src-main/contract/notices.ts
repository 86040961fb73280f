import { z } from 'zod';
import { cursor, keyId, pageLimit, timestampMs } from './ids.ts';
import { QUOTA_OWNERS } from './plans.ts';
import { query } from './procedure.ts';

export const NOTICE_PAGE_MAX = 500;

/** A quota reached a share of its limit for the first time in its period. */
export const quotaNotice = z
  .object({
    id: z.int(),
    at: timestampMs,
    ownerKind: z.enum(QUOTA_OWNERS),
    /** A key id, `app_…` or `par_…`. */
    ownerId: z.string(),
    /** As it was called then. */
    ownerName: z.string(),
    /** The key whose request reached it. */
    keyId,
    threshold: z.int(),
    used: z.int(),
    limit: z.int(),
    period: z.enum(['day', 'month']),
    periodStartAt: timestampMs,
  })
  .readonly();
export type QuotaNotice = z.infer<typeof quotaNotice>;

export const noticeProcedures = {
  /** Newest first. */
  'notices.list': query(
    'viewer',
    z.strictObject({ cursor: cursor.optional(), limit: pageLimit(NOTICE_PAGE_MAX) }),
    z.object({ items: z.array(quotaNotice).readonly(), nextCursor: cursor.nullable() }),
  ),
} as const;
