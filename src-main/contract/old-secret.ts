import { z } from 'zod';
import { timestampMs } from './ids.ts';
import { brownout } from './overlap.ts';

/** What a decision tells when the presented secret is the old one of a rotation: when the one in its place was made, and when the old
 *  one ends. */
export const oldSecret = z.object({
  state: z.literal('retiring'),
  rotatedAt: timestampMs,
  secretEndsAt: timestampMs,
  currentVersion: z.int(),
  /** The next short time in which the old one is refused on trial, or the one that goes on; only where these are planned. */
  brownout: brownout.optional(),
});
