import { z } from 'zod';
import { applicationId, keyId, timestampMs } from './ids.ts';
import { environment } from './key-policy.ts';
import { query } from './procedure.ts';

/** Months that can be chosen, this one with them. */
export const REPORT_MONTHS_MAX = 24;
/** Applications that are named as those with the most requests. */
export const REPORT_TOP_MAX = 10;

/** What is not as the policy wants it. */
export const POLICY_BREACHES = [
  'unconfirmedContact',
  'missingContact',
  'noExpiry',
  'overScoped',
  'sharing',
  'neverUsed',
] as const;
const policyBreach = z.enum(POLICY_BREACHES);
export type PolicyBreach = z.infer<typeof policyBreach>;

/** Each in words, as screen and file say it. */
export const POLICY_BREACH_WORDS: Readonly<Record<PolicyBreach, string>> = {
  unconfirmedContact: 'Contact not confirmed',
  missingContact: 'No contact',
  noExpiry: 'No expiry',
  overScoped: 'Over-scoped',
  sharing: 'Sharing suspected',
  neverUsed: 'Never used',
};

const use = { total: z.int(), refused: z.int() };

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'Use a month such as 2026-11.');

/** What a month brought and who does not follow the policy, to be forwarded. Nothing in it is secret, and no network address. */
export const monthlyReport = z
  .object({
    /** `2026-11`, in UTC. */
    month,
    /** `November 2026`. */
    monthName: z.string(),
    /** Those that can be chosen, newest first. */
    months: z.array(z.object({ month, name: z.string() }).readonly()).readonly(),
    from: timestampMs,
    to: timestampMs,
    madeAt: timestampMs,
    /** The month is not over. */
    isRunning: z.boolean(),
    /** Keys that work at `madeAt`. As all counts of keys, without those of builds and devices. */
    activeKeys: z.int(),
    createdKeys: z.int(),
    /** New secrets of keys that had one. */
    rotations: z.int(),
    /** Revoked in the month and not restored since. */
    revokedKeys: z.int(),
    /** Found in the month, and those of all times that are open at `madeAt`. */
    leaksFound: z.int(),
    leaksOpen: z.int(),
    requests: z.int(),
    refused: z.int(),
    /** 0 to 1; null without a request. */
    refusedShare: z.number().nullable(),
    /** By requests, most first. */
    topKeys: z.array(z.object({ keyId, name: z.string(), ...use }).readonly()).readonly(),
    /** By requests of all their keys, most first, as they were named then. */
    topApplications: z
      .array(z.object({ applicationId, name: z.string(), partnerName: z.string(), ...use }).readonly())
      .readonly(),
    /** How many keys are not as the policy wants them, at `madeAt`. */
    breaches: z.array(z.object({ breach: policyBreach, count: z.int() }).readonly()).readonly(),
    /** Whose they are, by name. */
    applications: z
      .array(
        z
          .object({
            applicationId,
            name: z.string(),
            partnerName: z.string(),
            /** Empty: there is none. */
            contactEmail: z.string(),
            keys: z
              .array(
                z
                  .object({
                    keyId,
                    name: z.string(),
                    environment,
                    breaches: z.array(policyBreach).readonly(),
                  })
                  .readonly(),
              )
              .readonly(),
          })
          .readonly(),
      )
      .readonly(),
    /** Of some kind not all keys are named; the counts are whole. */
    isCut: z.boolean(),
    /** The same as Markdown, and a name for its file. */
    markdown: z.string(),
    fileName: z.string(),
  })
  .readonly();
export type MonthlyReport = z.infer<typeof monthlyReport>;

export const monthlyReportProcedures = {
  /** Of one month; without it of the last whole one, or of this one in the first. INVALID_INPUT for a month that is not among `months`.
   *  UNAVAILABLE while the request log is down. */
  'reports.month': query('viewer', z.strictObject({ month: month.optional() }), monthlyReport),
} as const;
