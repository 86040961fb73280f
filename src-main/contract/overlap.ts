import { z } from 'zod';
import { timestampMs } from './ids.ts';

/** The shortest time without a use after which an old secret may end by itself. */
export const IDLE_END_MS_MIN = 60_000;
/** The longest: an overlap is not longer. */
export const IDLE_END_MS_MAX = 30 * 86_400_000;
/** Nothing is known of the time in which Latchkey did not run: a stop or sleep that was longer begins the wait anew. */
export const IDLE_GAP_MS_MAX = 10 * 60_000;

/** A caller that tries again sees that it is no outage of a moment … */
export const BROWNOUT_LENGTH_MS_MIN = 1_000;
/** … and none is refused for long. */
export const BROWNOUT_LENGTH_MS_MAX = 15 * 60_000;
/** Most of the time the old secret works: a brownout is at most this share of its period. */
export const BROWNOUT_SHARE_MAX = 0.25;
/** Brownouts that are told ahead. */
export const BROWNOUTS_TOLD_MAX = 5;

/** How long an old secret must be unused to end by itself; null = it does not. */
export const idleEndMs = z.int().min(IDLE_END_MS_MIN).max(IDLE_END_MS_MAX).nullable();

/** Short, announced times in which the old secret of a rotation is refused, so that forgotten callers notice while it is cheap. */
export const brownoutPlan = z
  .strictObject({
    /** The first one begins here. */
    startsAt: timestampMs,
    everyMs: z
      .int()
      .min(10_000)
      .max(7 * 86_400_000),
    lengthMs: z.int().min(BROWNOUT_LENGTH_MS_MIN).max(BROWNOUT_LENGTH_MS_MAX),
  })
  .refine(({ everyMs, lengthMs }) => lengthMs <= everyMs * BROWNOUT_SHARE_MAX, {
    message: 'A brownout may last at most a quarter of the time from one to the next.',
    path: ['lengthMs'],
  })
  .readonly();

/** One of them. */
export const brownout = z.object({ from: timestampMs, to: timestampMs }).readonly();

/** A rotation in progress: how its old secret ends. */
export const overlap = z
  .object({
    retiringVersion: z.int(),
    endsAt: timestampMs,
    idleEndMs,
    /** It does not end by itself before this moment. */
    notBefore: timestampMs.nullable(),
    /** When it ends by itself if nobody uses it from now on; null when it does not, or later than `endsAt`. */
    idleEndsAt: timestampMs.nullable(),
    brownout: brownoutPlan.nullable(),
    /** The next ones, at most BROWNOUTS_TOLD_MAX; one that goes on comes first. */
    comingBrownouts: z.array(brownout).readonly(),
  })
  .readonly();
export type Overlap = z.infer<typeof overlap>;
