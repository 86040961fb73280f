import { z } from 'zod';

/** Names of the checks, in the order in which they run. */
export const VERIFICATION_STEP_NAMES = [
  'parse',
  'source',
  'lookup',
  'state',
  'expiry',
  'ip',
  'origin',
  'userAgent',
  'service',
  'time',
  'signature',
  'scope',
  'rateLimit',
  'quota',
] as const;

/** One check of a verification: what came of it, and how long it took, µs. */
export const traceStep = z
  .object({
    step: z.enum(VERIFICATION_STEP_NAMES),
    outcome: z.enum(['pass', 'fail', 'skip']),
    detail: z.string(),
    durationUs: z.number(),
  })
  .readonly();
export type TraceStep = z.infer<typeof traceStep>;
