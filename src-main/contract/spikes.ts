import { z } from 'zod';
import { keyId, leakId, timestampMs } from './ids.ts';
import { environment } from './key-policy.ts';
import { keyStatus } from './keys.ts';
import { query } from './procedure.ts';
import { DAY_MS } from './usage.ts';

/** Spikes that are shown: those that were seen within this time, … */
export const SPIKES_SHOWN_MS = DAY_MS;
/** … and the newest of them. */
export const SPIKES_SHOWN_MAX = 20;

/** A key that made far more requests in ten minutes than it usually does. */
const keySpike = z
  .object({
    keyId,
    /** As it was called then. */
    keyName: z.string(),
    environment,
    /** End of the ten minutes in which it was seen first. */
    at: timestampMs,
    /** The same of the last ones. */
    lastAt: timestampMs,
    /** The most in ten minutes of the spike. */
    requests: z.int(),
    /** In ten minutes of the week before: the median, … */
    usual: z.int(),
    /** … and the most in any of them. */
    most: z.int(),
    /** Now; null: the key was removed since. */
    status: keyStatus.nullable(),
    /** The incident that goes on about it. */
    openLeakId: leakId.nullable(),
  })
  .readonly();
export type KeySpike = z.infer<typeof keySpike>;

export const spikeProcedures = {
  /** Keys with a spike within SPIKES_SHOWN_MS, newest first, at most SPIKES_SHOWN_MAX. Looked for once a minute. */
  'usage.spikes': query(
    'viewer',
    z.strictObject({ environment: z.enum(['live', 'test']).optional() }),
    z.object({ items: z.array(keySpike).readonly() }),
  ),
} as const;
