import { z } from 'zod';
import { jobId, keyId, templateId, timestampMs } from './ids.ts';
import { policyField } from './key-policy.ts';
import { POLICY_FIELDS } from './policy-fields.ts';
import { command, query } from './procedure.ts';
import { updateTemplateInput } from './templates.ts';

/** Keys that one call may name, or except from all. */
const KEYS_NAMED_MAX = 10_000;

/** Which keys of a template are meant. */
export const templateKeyChoice = z.discriminatedUnion('kind', [
  /** Every key of it that is not revoked, but for these. */
  z.strictObject({
    kind: z.literal('all'),
    except: z.array(keyId).max(KEYS_NAMED_MAX).readonly().default([]),
  }),
  z.strictObject({ kind: z.literal('these'), keyIds: z.array(keyId).min(1).max(KEYS_NAMED_MAX).readonly() }),
]);

/** How a template was last given to many keys, as far as this program remembers it. */
export const appliedTemplate = z
  .object({
    jobId,
    at: timestampMs,
    /** Keys that were changed so far. */
    changed: z.int(),
    /** Keys that were left as they are, with the reason of the first. */
    skipped: z.int(),
    skippedWhy: z.string().nullable(),
    /** It still changes keys, or still puts them back. */
    isRunning: z.boolean(),
    /** The job that takes it back; null until somebody asked for that. */
    undoJobId: jobId.nullable(),
  })
  .readonly();
export type AppliedTemplate = z.infer<typeof appliedTemplate>;

export const templateApplyProcedures = {
  /** How many of its keys differ from the template, or from `draft` of it: all of them are read. */
  'templates.drift': query(
    'viewer',
    z.strictObject({ templateId, draft: updateTemplateInput.omit({ templateId: true }).optional() }),
    z.object({
      keys: z.int(),
      differing: z.int(),
      /** Fields in which keys differ, most keys first. */
      fields: z.array(z.object({ field: policyField, keys: z.int() })).readonly(),
    }),
    ['TEMPLATE_NOT_FOUND'],
  ),
  /** Starts a job that gives many keys the policy of the template, or only the named fields. Keys that cannot have it are left as they
   *  are; each that changes has an audit event `keys.update`. Cancelled, it leaves what was done by then. Throws UNAVAILABLE when too
   *  many wait. */
  'templates.applyToMany': command(
    'admin',
    z.strictObject({
      templateId,
      keys: templateKeyChoice,
      fields: z
        .array(policyField)
        .min(1)
        .readonly()
        .default([...POLICY_FIELDS]),
    }),
    z.object({ jobId }),
    ['TEMPLATE_NOT_FOUND'],
  ),
  /** The last `templates.applyToMany` of a template since the program started; null when there was none or it is forgotten. */
  'templates.applied': query(
    'viewer',
    z.strictObject({ templateId }),
    z.object({ last: appliedTemplate.nullable() }),
  ),
  /** Starts a job that gives the keys back what that job has taken from them. What was changed since by somebody else stays.
   *  WRONG_STATUS while it runs, and when it was taken back already. */
  'templates.undoApply': command('admin', z.strictObject({ jobId }), z.object({ jobId }), [
    'JOB_NOT_FOUND',
    'WRONG_STATUS',
  ]),
} as const;
