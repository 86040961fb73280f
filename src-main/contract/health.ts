import { z } from 'zod';
import { keyId, timestampMs } from './ids.ts';
import { query } from './procedure.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './usage.ts';
import { DECISION_CODES } from './verify.ts';

/** What the service levels aim at. */
export const TARGETS = {
  /** Share of verifications with a good credential. */
  successRate: 0.999,
  /** 95 % of verifications are decided within this time. */
  latencyUs: 50_000,
  /** Share of verifications that a rate limit or quota refuses, at most. */
  limitShare: 0.001,
  /** Until a revocation is in force everywhere. */
  revocationMs: 30_000,
} as const;

/** Refusals because the credential itself was no good. */
export const BAD_CREDENTIAL_CODES = [
  'MISSING_KEY',
  'MALFORMED',
  'NOT_FOUND',
  'REVOKED',
  'SUSPENDED',
  'EXPIRED',
] as const;

/** Lengths of time that can be looked at, with the width of the points of their line. */
export const HEALTH_RANGES = {
  hour: { rangeMs: HOUR_MS, bucketMs: MINUTE_MS },
  day: { rangeMs: DAY_MS, bucketMs: 15 * MINUTE_MS },
  week: { rangeMs: 7 * DAY_MS, bucketMs: 2 * HOUR_MS },
} as const;
export type HealthRange = keyof typeof HEALTH_RANGES;

const byCode = z.partialRecord(z.enum(DECISION_CODES), z.int());
const percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).readonly();
const share = z.number().min(0).max(1);

export const failingKey = z
  .object({
    keyId,
    name: z.string(),
    total: z.int(),
    refused: z.int(),
    /** The outcomes of this key's requests. */
    byCode,
    /** Start of the earliest minute of the range with a refusal; of the hour or day where minutes are kept no more. */
    firstRefusedAt: timestampMs,
  })
  .readonly();
export type FailingKey = z.infer<typeof failingKey>;

export const health = z
  .object({
    from: timestampMs,
    to: timestampMs,
    bucketMs: z.int(),
    /** Decisions. */
    total: z.int(),
    /** Success rate = good / (good + bad). What a rule, binding, limit or quota refused is neither: its credential was good. */
    auth: z.object({
      good: z.int(),
      bad: z.int(),
      /** null when there was neither. */
      rate: share.nullable(),
      /** Parts of `bad`: no key that is known; a key that was revoked, suspended or has expired; the old secret of a rotation whose
       *  overlap has ended. The last is counted in the 200 keys with most refusals. */
      unknown: z.int(),
      withdrawn: z.int(),
      rotation: z.int(),
    }),
    /** Time to decide, µs; null when nothing was decided. */
    latencyUs: percentiles.nullable(),
    /** How many were decided within `upToUs` and not within the one before; ascending, without gaps, each twice the one before. */
    latencyBins: z.array(z.object({ upToUs: z.number(), count: z.int() }).readonly()).readonly(),
    limits: z.object({ rateLimited: z.int(), quotaExceeded: z.int(), share }),
    /** Ascending, without gaps; the first bucket contains `from`. */
    series: z
      .array(
        z
          .object({
            bucketStart: timestampMs,
            total: z.int(),
            good: z.int(),
            bad: z.int(),
            limited: z.int(),
            latencyUs: percentiles.nullable(),
          })
          .readonly(),
      )
      .readonly(),
    /** Keys that made requests. */
    keysUsed: z.int(),
    /** Most refusals first, at most 20. */
    failingKeys: z.array(failingKey).readonly(),
    /** Most requests first, at most 50. */
    busiestKeys: z
      .array(z.object({ keyId, name: z.string(), total: z.int(), refused: z.int() }).readonly())
      .readonly(),
  })
  .readonly();
export type Health = z.infer<typeof health>;

export const healthProcedures = {
  /** How well verification does, up to now, against its targets. Reads roll-ups only. */
  'usage.health': query(
    'viewer',
    z.strictObject({
      range: z.enum(['hour', 'day', 'week']).default('hour'),
      environment: z.enum(['live', 'test']).optional(),
    }),
    health,
  ),
} as const;
