import { z } from 'zod';
import { keyId } from './ids.ts';
import { keyStatus } from './keys.ts';
import { query } from './procedure.ts';

/** Keys of a text that is hashed where it was pasted. */
export const PASTED_KEYS_MAX = 100;

const identified = z.object({
  matches: z
    .array(
      z.object({
        keyId,
        name: z.string(),
        status: keyStatus,
        /** Which secret the text holds; null when only the public part (prefix and key id) was found. */
        secretVersion: z.int().nullable(),
        /** How many secrets the key has had; the newest has this number as its version. */
        secretCount: z.int(),
        secretState: z.enum(['current', 'retiring', 'ended']).nullable(),
      }),
    )
    .readonly(),
  /** Texts that look like a key of ours but are not known here or have a wrong checksum. */
  unknownCount: z.int(),
});

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
    identified,
  ),
  /** The same for a text that its holder has read and hashed: nothing of a secret leaves there. Knows secrets that were made or
   *  imported since the store keeps a hash for it; of older ones only the key, by its public part. */
  'keys.identifyHashes': query(
    'viewer',
    z.strictObject({
      /** SHA-256 of whole keys, as hex. */
      hashes: z
        .array(z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 has 64 characters 0 to 9 and a to f.'))
        .max(PASTED_KEYS_MAX),
      /** Key ids that stand in the text. */
      keyIds: z.array(keyId).max(PASTED_KEYS_MAX),
    }),
    identified,
  ),
} as const;
