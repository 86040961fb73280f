import { z } from 'zod';
import { keyId } from './ids.ts';
import { environment } from './key-policy.ts';
import { query } from './procedure.ts';

/** How many keys `keys.find` answers at most. */
export const FOUND_KEYS_MAX = 50;

/** A key as a search shows it. */
export const foundKey = z
  .object({
    keyId,
    name: z.string(),
    environment,
    applicationName: z.string(),
    partnerName: z.string(),
    isRevoked: z.boolean(),
  })
  .readonly();
export type FoundKey = z.infer<typeof foundKey>;

export const keyFindProcedures = {
  /** Search as a person types, of the whole store, revoked keys too: names, ids and fingerprints of secrets that begin with the text, then names that hold
   *  it, keys of applications and partners whose name or slug holds it, and at last names that hold its letters in this order.
   *  Counts nothing and is cheap to ask with every letter. */
  'keys.find': query(
    'viewer',
    z.strictObject({ text: z.string().trim().min(1).max(100) }),
    z.object({
      items: z.array(foundKey).readonly(),
      /** There are others that the text fits. */
      hasMore: z.boolean(),
    }),
  ),
} as const;
