import { z } from 'zod';
import { timestampMs } from './ids.ts';
import { query } from './procedure.ts';

/** One file that a person may send to somebody who helps: what is shown is byte for byte what is saved. */
const diagnosticsBundle = z.object({
  createdAt: timestampMs,
  /** `latchkey-diagnostics-20261122T120000Z.json` */
  fileName: z.string(),
  /** JSON, indented: versions, configuration, health, sizes and recent warnings. No name of a partner, application or key, no
   *  secret, no token, no mail address; IP addresses only on request. */
  text: z.string(),
  /** What was taken out of it: places, by kind. */
  redacted: z.object({ addresses: z.int(), secrets: z.int(), mailAddresses: z.int() }).readonly(),
});

export const diagnosticsProcedures = {
  'system.diagnostics': query(
    'admin',
    z.strictObject({
      /** Leaves IP addresses in. */
      hasAddresses: z.boolean().default(false),
    }),
    diagnosticsBundle,
  ),
} as const;
