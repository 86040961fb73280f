import { z } from 'zod';
import { partnerId, timestampMs } from './ids.ts';
import { timeZone } from './plans.ts';
import { command, query } from './procedure.ts';

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

/** When a partner is written to, by the clock on the wall of its time zone. */
export const digestTime = z
  .strictObject({
    /** 1 = Monday to 7 = Sunday. */
    weekday: z.int().min(1).max(7),
    hour: z.int().min(0).max(23),
    timeZone,
  })
  .readonly();
export type DigestTime = z.output<typeof digestTime>;

/** Where nobody has chosen: Monday morning. */
export const DIGEST_TIME_DEFAULT: DigestTime = { weekday: 1, hour: 9, timeZone: 'UTC' };

/** A digest that could not be mailed for so long, because mail was off or the log was down, is left out: the next one comes in a week. */
export const DIGEST_LATE_MS = 86_400_000;

export const digestSchedule = z
  .object({
    /** null: this partner is not written to by itself. */
    time: digestTime.nullable(),
    nextAt: timestampMs.nullable(),
    lastSentAt: timestampMs.nullable(),
    /** Is a mail server set up and in use? Without one nothing is sent. */
    isMailOn: z.boolean(),
  })
  .readonly();
export type DigestSchedule = z.infer<typeof digestSchedule>;

export const digestProcedures = {
  /** Whether and when a partner is mailed its digest by itself. */
  'partners.digestSchedule': query('viewer', z.strictObject({ partnerId }), digestSchedule, [
    'PARTNER_NOT_FOUND',
  ]),
  /** Mails the digest to the contact of a partner every week; null ends that. */
  'partners.setDigest': command(
    'admin',
    z.strictObject({ partnerId, time: digestTime.nullable() }),
    digestSchedule,
    ['PARTNER_NOT_FOUND'],
  ),
  /** What the keys of a partner did in the last seven days, what was refused and why, and what ends soon. */
  'partners.digest': query('viewer', z.strictObject({ partnerId }), partnerDigest, ['PARTNER_NOT_FOUND']),
} as const;
