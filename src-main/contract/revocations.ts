import { z } from 'zod';
import { keyId, timestampMs } from './ids.ts';
import { query } from './procedure.ts';

/** Most revocations that are told at once. */
export const REVOCATIONS_MAX = 50;

/** A key that was revoked or suspended, and how long that took to be in force. */
export const revocation = z
  .object({
    keyId,
    /** The key's name at that time. */
    name: z.string(),
    kind: z.enum(['revoked', 'suspended']),
    at: timestampMs,
    actor: z.string(),
    reason: z.string().nullable(),
    /** From the arrival of the command until the verifier was seen to refuse the key, ms with fractions. null when it was not
     *  measured: commands before the last start. */
    lagMs: z.number().nullable(),
    /** Newest request with this key that was accepted after `at` (and before the key was given back), verified here or reported by
     *  a service; null when there is none. */
    lastAcceptedAt: timestampMs.nullable(),
    /** `lastAcceptedAt` minus `at`; 0 when nothing was accepted. Above 0 a service keeps decisions, or reports late.
     *  null while the log cannot tell. */
    lateUseMs: z.int().nullable(),
  })
  .readonly();
export type Revocation = z.infer<typeof revocation>;

/** The last time that a key or one of its secrets was taken away, and how long that took to be in force. */
export const enforcement = revocation
  .unwrap()
  .omit({ name: true, kind: true })
  .extend({
    kind: z.enum(['revoked', 'suspended', 'secretEnded']),
    /** The secret that ended; null when the whole key was taken away. */
    secretVersion: z.int().nullable(),
  })
  .readonly();
export type Enforcement = z.infer<typeof enforcement>;

export const revocationProcedures = {
  /** The newest revocations and suspensions, newest first. */
  'keys.revocations': query(
    'viewer',
    z.strictObject({ limit: z.int().min(1).max(REVOCATIONS_MAX).default(10) }),
    z.object({ items: z.array(revocation).readonly() }),
  ),
  /** Of one key, since the last start; null when nothing was taken away. */
  'keys.enforcement': query('viewer', z.strictObject({ keyId }), enforcement.nullable()),
} as const;
