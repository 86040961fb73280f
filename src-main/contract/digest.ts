import { z } from 'zod';
import { partnerId, timestampMs } from './ids.ts';
import { query } from './procedure.ts';

/** A digest tells of so long a time. */
export const DIGEST_MS = 7 * 86_400_000;

/** What a partner is told of their keys, ready to be sent. No field holds a secret. */
export const partnerDigest = z
  .object({
    partnerId,
    /** Whom it is for. */
    contactEmail: z.string(),
    from: timestampMs,
    to: timestampMs,
    subject: z.string(),
    /** Plain text, lines end with `\n`. */
    text: z.string(),
  })
  .readonly();
export type PartnerDigest = z.infer<typeof partnerDigest>;

export const digestProcedures = {
  /** What the keys of a partner did in the last seven days, what was refused and why, and what ends soon. */
  'partners.digest': query('viewer', z.strictObject({ partnerId }), partnerDigest, ['PARTNER_NOT_FOUND']),
} as const;
