import { z } from 'zod';
import { timestampMs } from './ids.ts';

/** What a decision tells when the presented secret is the old one of a rotation: when the one in its place was made, and when the old
 *  one ends. */
export const oldSecret = z.object({
  state: z.literal('retiring'),
  rotatedAt: timestampMs,
  secretEndsAt: timestampMs,
  currentVersion: z.int(),
});
