import { z } from 'zod';
import { keyId, timestampMs } from './ids.ts';
import { key } from './keys.ts';
import { reasonText } from './names.ts';
import { brownoutPlan, idleEndMs } from './overlap.ts';
import { command, query } from './procedure.ts';

/** Most keys that are told at once. */
export const ROTATIONS_DUE_MAX = 50;

/** A key whose current secret is older than its policy wants, or soon will be. */
export const dueRotation = z
  .object({ keyId, name: z.string(), dueAt: timestampMs, rotateEveryMs: z.int() })
  .readonly();
export type DueRotation = z.infer<typeof dueRotation>;

export const rotationProcedures = {
  /** How the old secret of a rotation ends by itself, and whether it is refused on trial before. What is left out stays. */
  'keys.updateOverlap': command(
    'admin',
    z.strictObject({
      keyId,
      idleEndMs: idleEndMs.optional(),
      notBefore: timestampMs.nullable().optional(),
      brownout: brownoutPlan.nullable().optional(),
    }),
    key,
    ['KEY_NOT_FOUND', 'NO_ROTATION_IN_PROGRESS'],
  ),
  /** While the old secret lives it becomes the current one again; the new one is refused from now on. */
  'keys.undoRotation': command('admin', z.strictObject({ keyId, reason: reasonText.nullish() }), key, [
    'KEY_NOT_FOUND',
    'NO_ROTATION_IN_PROGRESS',
  ]),
  /** Keys whose next rotation is due by `before`, the longest overdue first. Those that are revoked, expired or rotating are left out. */
  'keys.rotationsDue': query(
    'viewer',
    z.strictObject({ before: timestampMs }),
    z.object({ items: z.array(dueRotation).readonly(), total: z.int() }),
  ),
} as const;
