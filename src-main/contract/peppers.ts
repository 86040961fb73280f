import { z } from 'zod';
import { keyId, timestampMs } from './ids.ts';
import { command, query } from './procedure.ts';

/** Peppers that are accepted at a time at most, the current one among them. */
export const PEPPERS_MAX = 4;
/** Keys that are named of those that are still kept under a retired pepper, and that can be given up with it. */
export const PEPPER_KEYS_MAX = 500;

const pepper = { version: z.int().min(1), madeAt: timestampMs };

/** A pepper that was retired, and what would stop with it. */
const retiredPepper = z
  .object({
    ...pepper,
    /** Keys with a secret that is kept under it and could still be used: each is kept anew at its next use. */
    keyCount: z.int(),
    /** The first PEPPER_KEYS_MAX of them, by name. */
    keys: z.array(z.object({ keyId, name: z.string() }).readonly()).readonly(),
    /** Tokens of services, admins and builds: they are kept anew at their next use, too. */
    tokens: z.array(z.string()).readonly(),
  })
  .readonly();
export type RetiredPepper = z.infer<typeof retiredPepper>;

const pepperStatus = z
  .object({ current: z.object(pepper).readonly(), retired: z.array(retiredPepper).readonly() })
  .readonly();
export type PepperStatus = z.infer<typeof pepperStatus>;

export const pepperProcedures = {
  /** The peppers that are accepted, the latest retired one first. Looks at every key while there is a retired one. */
  'peppers.status': query('viewer', z.strictObject({}), pepperStatus),
  /** A new current pepper; the former one is retired and still accepted. WRONG_STATUS while there are PEPPERS_MAX. */
  'peppers.rotate': command('owner', z.strictObject({}), pepperStatus, ['WRONG_STATUS']),
  /** A retired pepper is no longer accepted. WRONG_STATUS while tokens, or keys that are not named, are kept under it. */
  'peppers.drop': command(
    'owner',
    z.strictObject({
      version: z.int().min(1),
      /** Keys that may stop for good: their secrets are kept under this pepper alone. */
      stopKeyIds: z.array(keyId).max(PEPPER_KEYS_MAX).readonly().default([]),
    }),
    pepperStatus,
    ['WRONG_STATUS'],
  ),
} as const;
