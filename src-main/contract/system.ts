import { z } from 'zod';
import { actor } from './audit.ts';
import { keyId, requestId, serviceId, timestampMs } from './ids.ts';
import { query } from './procedure.ts';
import { role } from './tokens.ts';
import { decisionCode } from './verify.ts';

/** Slow verifications that are remembered, the newest of them. */
export const SLOW_SHOWN_MAX = 20;

/** A program that listens to changes of keys now. Durations in ms. */
const verifier = z
  .object({
    streamId: z.string(),
    serviceId,
    service: z.string(),
    connectedAt: timestampMs,
    /** When its connection last took an event. */
    lastTakenAt: timestampMs.nullable(),
    /** When it last said that it acted on one (POST /v1/events/ack); null for a program that never says so. */
    lastAcknowledgedAt: timestampMs.nullable(),
    /** Events that its connection has not taken; where it acknowledges, that it has not acknowledged. */
    behind: z.int(),
    /** From the newest change that it acknowledged to that acknowledgement; where it never does, until its connection took it.
     *  null before the first. */
    lagMs: z.number().nullable(),
  })
  .readonly();
export type ConnectedVerifier = z.infer<typeof verifier>;

/** Quotas used in the last two months of which the counter and the rows of the log say different things, the largest difference first,
 *  at most 20. `counted` above `logged`: rows were lost, or the calendar was changed within the period; below: more was let pass than
 *  was counted. */
export const quotaDrift = z
  .array(
    z.object({
      /** A key id, `app_…` or `par_…`. */
      ownerId: z.string(),
      period: z.enum(['day', 'month']),
      periodStartAt: timestampMs,
      counted: z.int(),
      logged: z.int(),
    }),
  )
  .readonly();

/** A time in which verifications were turned away: `guessing` = failed attempts of sources whose budget is used up, answered with 429;
 *  `load` = answered with 503 to keep others served. */
const turnedAway = z
  .object({
    kind: z.enum(['guessing', 'load']),
    startedAt: timestampMs,
    lastAt: timestampMs,
    /** null while it goes on: until 10 minutes, for load 2 minutes, went by without one. */
    endedAt: timestampMs.nullable(),
    count: z.int(),
    /** Most first, at most 20: addresses (IPv6 by its /64) and services that said none; why: `load`, `service-ceiling`, `server-ceiling`. */
    by: z.array(z.object({ name: z.string(), count: z.int() })).readonly(),
  })
  .readonly();
export type TurnedAway = z.infer<typeof turnedAway>;

export const systemStatus = z
  .object({
    version: z.string(),
    host: z.enum(['desktop', 'headless']),
    startedAt: timestampMs,
    dataDirectory: z.string(),
    service: z.object({ url: z.string().nullable(), isListening: z.boolean() }),
    admin: z.object({ url: z.string().nullable(), isListening: z.boolean() }),
    verify: z.object({
      /** Mean of the last 10 s. */
      requestsPerSecond: z.number(),
      /** Since start; null before the first verification. */
      latencyUs: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
      count: z.int(),
      /** Those that took `fromMs` (the setting slowVerifyMs) or longer since the start: how many, and the newest SLOW_SHOWN_MAX of them,
       *  newest first. */
      slow: z.object({
        fromMs: z.int(),
        count: z.int(),
        items: z
          .array(
            z
              .object({
                at: timestampMs,
                latencyUs: z.number(),
                code: decisionCode,
                requestId,
                serviceId,
                service: z.string(),
                keyId: keyId.nullable(),
              })
              .readonly(),
          )
          .readonly(),
      }),
    }),
    /** What those who ask to verify waited for: from the head of a request until its answer was handed to the system, every
     *  request of the last hour. null before the first. */
    answers: z.object({
      count: z.int(),
      latencyUs: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
    }),
    log: z.object({
      state: z.enum(['ok', 'degraded', 'down']),
      queuedRows: z.int(),
      /** How long the oldest of them has been in the journal; 0 when the log has all. */
      journalLagMs: z.number(),
      /** Rows lost since the store was made, by reason. */
      lostRows: z.int(),
      lostByReason: z.array(z.object({ reason: z.string(), count: z.int() })).readonly(),
      rowCount: z.int(),
      sizeBytes: z.int(),
      oldestAt: timestampMs.nullable(),
      quotaDrift,
    }),
    server: z.object({
      /** How long the event loop kept work waiting, ms, last 10 s. */
      eventLoopMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
      memoryBytes: z.int(),
      lastBackupAt: timestampMs.nullable(),
      /** Since the start: failed attempts refused for coming too often, and verifications answered 503 to keep others served. */
      throttled: z.int(),
      shed: z.int(),
      /** The same as times in which it happened, since the start, newest first. */
      turnedAway: z.array(turnedAway).readonly(),
    }),
    /** Programs that keep decisions and hear of changes (GET /v1/events). */
    verifiers: z.array(verifier).readonly(),
    store: z.object({ sizeBytes: z.int(), keyCount: z.int(), auditCount: z.int() }),
    /** What an operator should know, worst first; empty when all is well. */
    warnings: z.array(z.object({ code: z.string(), message: z.string() })).readonly(),
  })
  .readonly();
export type SystemStatus = z.infer<typeof systemStatus>;

export const systemProcedures = {
  'system.status': query('viewer', z.strictObject({}), systemStatus),
  /** Who am I, and as what. */
  'system.whoami': query(
    'viewer',
    z.strictObject({}),
    z.object({ actor, role, host: z.enum(['desktop', 'headless']) }),
  ),
} as const;
