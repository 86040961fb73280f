import { z } from 'zod';
import { jobId, timestampMs } from './ids.ts';
import { command, query } from './procedure.ts';

/** Days of which the sizes are remembered. */
export const SIZES_DAYS = 400;

/** How large the two databases were and how many keys there were, the last time that day. */
export const dailySize = z
  .object({
    /** Start of the day, UTC. */
    day: timestampMs,
    logBytes: z.int(),
    storeBytes: z.int(),
    /** Revoked and expired keys included. null: of a day on which keys were not counted yet. */
    keyCount: z.int().nullable(),
  })
  .readonly();
export type DailySize = z.infer<typeof dailySize>;

export const storageReport = z
  .object({
    /** Of the request log, without what waits to be written into it. */
    logBytes: z.int(),
    /** Of these: room in the file that nothing uses; new requests take it first. */
    logFreeBytes: z.int(),
    storeBytes: z.int(),
    /** The log is never larger: then its oldest rows go. */
    logBytesMax: z.int(),
    /** A day, on average over the days of `sizes` of the last two weeks; null while fewer than two days are known. */
    logGrowthBytes: z.int().nullable(),
    /** Until the log is as large as it may be; null when it does not grow, or nobody knows. */
    daysToMax: z.int().nullable(),
    keys: z
      .object({
        /** Revoked and expired keys included. */
        keyCount: z.int(),
        /** In FORECAST_DAYS_MAX days, at the growth of the last four weeks. `unknown`: of too few days until that one; `erratic`: the
         *  days differ too much. */
        forecast: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('about'), keyCount: z.int() }),
          z.object({ kind: z.literal('unknown'), knownAt: timestampMs }),
          z.object({ kind: z.literal('erratic') }),
        ]),
      })
      .readonly(),
    /** Oldest first, at most SIZES_DAYS. */
    sizes: z.array(dailySize).readonly(),
  })
  .readonly();
export type StorageReport = z.infer<typeof storageReport>;

export const storageProcedures = {
  /** How large the databases are and how they grow. UNAVAILABLE while the request log is down. */
  'storage.get': query('viewer', z.strictObject({}), storageReport),
  /** Starts a job that gives the unused room of the request log back to the disk, on the log's own thread, in steps of some ms.
   *  Cancelled, it keeps what it has given back. */
  'storage.compact': command('admin', z.strictObject({}), z.object({ jobId })),
} as const;
