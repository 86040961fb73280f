import { z } from 'zod';
import { jobId, timestampMs } from './ids.ts';
import { command, query } from './procedure.ts';

/** Days of which the sizes are remembered. */
export const SIZES_DAYS = 400;

/** How large the two databases were, the last time that day. */
export const dailySize = z
  .object({
    /** Start of the day, UTC. */
    day: timestampMs,
    logBytes: z.int(),
    storeBytes: z.int(),
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
