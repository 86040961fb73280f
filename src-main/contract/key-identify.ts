import { z } from 'zod';
import { keyId } from './ids.ts';
import { keyStatus } from './keys.ts';
import { query } from './procedure.ts';

export const keyIdentifyProcedures = {
  /** Which known keys a pasted text contains. The text is hashed and forgotten. */
  'keys.identify': query(
    'viewer',
    z.strictObject({
      text: z
        .string()
        .min(1)
        .max(4 * 1024 * 1024),
    }),
    z.object({
      matches: z
        .array(
          z.object({
            keyId,
            name: z.string(),
            status: keyStatus,
            /** Which secret the text holds; null when only the public part (prefix and key id) was found. */
            secretVersion: z.int().nullable(),
            secretState: z.enum(['current', 'retiring', 'ended']).nullable(),
          }),
        )
        .readonly(),
      /** Texts that look like a key of ours but are not known here or have a wrong checksum. */
      unknownCount: z.int(),
    }),
  ),
} as const;
