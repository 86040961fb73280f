import { z } from 'zod';
import { keyId, planId, timestampMs } from './ids.ts';
import { revokeReason } from './keys.ts';
import { callerMessage, reasonText, tag, tags } from './names.ts';
import { command } from './procedure.ts';

/** Keys of one bulk command. */
export const BULK_KEYS_MAX = 10_000;

const message = callerMessage.nullable().default(null);
const id = z.string().regex(/^[0-9A-Za-z]{12}$/);

/** What is done to each of the keys, as the command for one key does it. */
export const bulkAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('suspend'), reason: reasonText, message }),
  z.strictObject({ kind: z.literal('resume') }),
  z.strictObject({
    kind: z.literal('revoke'),
    reason: revokeReason,
    note: reasonText.nullable().default(null),
    message,
  }),
  z.strictObject({ kind: z.literal('restore') }),
  z.strictObject({ kind: z.literal('tag'), add: tags, remove: z.array(tag).max(20).readonly() }),
  z.strictObject({
    kind: z.literal('extend'),
    expiresAt: timestampMs,
    /** Keys that never end get this end, too. */
    endless: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('plan'), planId: planId.nullable() }),
  /** Takes a `tag`, `extend` or `plan` back: gives each key what it had. */
  z.strictObject({
    kind: z.literal('putBack'),
    had: z.record(
      id,
      z.strictObject({
        tags: tags.optional(),
        planId: planId.nullable().optional(),
        expiresAt: timestampMs.nullable().optional(),
        noExpiryReason: reasonText.nullable().optional(),
      }),
    ),
  }),
]);
export type BulkAction = z.output<typeof bulkAction>;

export const keyBulkProcedures = {
  /** One audit event for each key that changes, as if each were changed alone. Keys that the action does not fit are told and left
   *  alone. Many keys are done in parts as a job, which can be cancelled: what was done by then stays. */
  'keys.bulk': command(
    'admin',
    z.strictObject({ keyIds: z.array(keyId).min(1).max(BULK_KEYS_MAX), action: bulkAction }),
    z.object({
      /** Keys that are now otherwise. */
      changed: z.array(keyId).readonly(),
      /** Keys that the action does not fit, with the reason as a sentence. */
      skipped: z.array(z.object({ keyId, why: z.string() })).readonly(),
      /** What takes it back for the changed keys; null when nothing does. */
      undo: bulkAction.nullable(),
      /** It was cancelled before it came to every key. */
      isCancelled: z.boolean(),
    }),
  ),
} as const;
