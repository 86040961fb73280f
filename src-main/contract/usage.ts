import { z } from 'zod';
import { applicationId, keyId, partnerId, serviceId, timestampMs } from './ids.ts';
import { query } from './procedure.ts';
import { DECISION_CODES } from './verify.ts';
import { STATUS_CLASSES } from './requests.ts';

export const SERIES_BUCKETS_MAX = 1_440;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const usageFilter = {
  keyId: keyId.optional(),
  applicationId: applicationId.optional(),
  partnerId: partnerId.optional(),
  serviceId: serviceId.optional(),
  environment: z.enum(['live', 'test']).optional(),
};

const byCode = z.partialRecord(z.enum(DECISION_CODES), z.int());
const byStatusClass = z.partialRecord(z.enum(STATUS_CLASSES), z.int());

/** Percentiles in the unit of the field's name; each is the upper edge of its histogram bin (bins grow by 2^(1/4), error ≤ 19 %). */
const percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).readonly();

export const usageBucket = z
  .object({
    bucketStart: timestampMs,
    /** Decisions plus reports of requests verified elsewhere. */
    total: z.int(),
    byCode,
    /** Only requests whose response status was reported. */
    byStatusClass,
    /** How many of `total` have a reported status. */
    reported: z.int(),
    /** Of those reported: how many with status 429. */
    reported429: z.int(),
    /** Time to decide, µs; null when nothing was decided. */
    latencyUs: percentiles.nullable(),
    /** The service's own duration, ms; null when none was reported. */
    durationMs: percentiles.nullable(),
  })
  .readonly();
export type UsageBucket = z.infer<typeof usageBucket>;

export const usageTotals = z
  .object({
    total: z.int(),
    byCode,
    byStatusClass,
    reported: z.int(),
    /** (refused + reported 5xx) / total, 0 to 1; 0 when there is nothing. */
    errorRate: z.number(),
  })
  .readonly();

/** Who calls with a key: one network address and agent, on one secret. */
export const caller = z
  .object({
    keyId: keyId.nullable(),
    secretVersion: z.int().nullable(),
    clientIp: z.string().nullable(),
    userAgent: z.string().nullable(),
    /** Of its newest request. */
    tags: z.array(z.string()).readonly(),
    count: z.int(),
    lastAt: timestampMs,
  })
  .readonly();
export type Caller = z.infer<typeof caller>;

export const usageProcedures = {
  /** Ascending, no gaps. bucketMs must be a multiple of a minute; from and to are widened to bucket edges.
   *  RANGE_TOO_LARGE above SERIES_BUCKETS_MAX buckets. Reads roll-ups only: lags the log by up to one batch. */
  'usage.series': query(
    'viewer',
    z.strictObject({
      ...usageFilter,
      from: timestampMs,
      to: timestampMs,
      bucketMs: z
        .int()
        .min(MINUTE_MS)
        .max(31 * DAY_MS),
    }),
    z.array(usageBucket).readonly(),
    ['RANGE_TOO_LARGE'],
  ),
  'usage.summary': query(
    'viewer',
    z.strictObject({ ...usageFilter, from: timestampMs, to: timestampMs }),
    z.object({
      totals: usageTotals,
      topKeys: z
        .array(z.object({ keyId, name: z.string(), total: z.int(), refused: z.int() }).readonly())
        .readonly(),
      topEndpoints: z
        .array(
          z.object({ method: z.string(), path: z.string(), total: z.int(), refused: z.int() }).readonly(),
        )
        .readonly(),
      /** From raw rows, newest 10,000 of the range; most frequent first, at most 50. */
      callers: z.array(caller).readonly(),
    }),
    ['RANGE_TOO_LARGE'],
  ),
  /** Sparklines and error rates of visible rows, one call. `series` has 24 entries, oldest first, covering the last 24 hours. */
  'usage.byKey': query(
    'viewer',
    z.strictObject({ keyIds: z.array(keyId).min(1).max(200).readonly() }),
    z
      .array(
        z.object({
          keyId,
          total: z.int(),
          errorRate: z.number(),
          series: z.array(z.object({ allowed: z.int(), refused: z.int() }).readonly()).readonly(),
        }),
      )
      .readonly(),
  ),
  /** How each secret of a key was used, ascending; those never used are not there. `requests` from roll-ups, as far back as they are kept. */
  'usage.bySecret': query(
    'viewer',
    z.strictObject({ keyId }),
    z
      .array(
        z
          .object({
            version: z.int(),
            requests: z.int(),
            refused: z.int(),
            /** Where its newest request came from; null when the log does not hold it any more. */
            last: z
              .object({ at: timestampMs, clientIp: z.string().nullable(), userAgent: z.string().nullable() })
              .readonly()
              .nullable(),
          })
          .readonly(),
      )
      .readonly(),
  ),
  /** Who still uses the retiring secret, and how much of the traffic since the rotation (at most the last hour) is on the new one. */
  'usage.rotation': query(
    'viewer',
    z.strictObject({ keyId }),
    z.object({
      /** 0 to 1; null when there was no traffic. */
      migratedShare: z.number().nullable(),
      currentCount: z.int(),
      retiringCount: z.int(),
      windowFrom: timestampMs,
      /** Whose newest request came with the old secret, since the rotation; most frequent first, at most 50. */
      retiringCallers: z.array(caller).readonly(),
      /** How many they are in all. */
      retiringCallerCount: z.int(),
      /** Who has used the new secret since the rotation; most frequent first, at most 50. */
      currentCallers: z.array(caller).readonly(),
    }),
    ['KEY_NOT_FOUND', 'NO_ROTATION_IN_PROGRESS'],
  ),
} as const;
