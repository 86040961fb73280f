import { z } from 'zod';
import { handoffId, keyId, templateId, timestampMs } from './ids.ts';
import { HANDOFF_MS_MAX } from './handoffs.ts';
import { OVERLAP_MS_MAX } from './keys.ts';
import { command, query } from './procedure.ts';

const DAY_MS = 86_400_000;
/** A contact needs a working day at least to come for a new secret. */
export const ROTATION_LINK_MS_MIN = DAY_MS;
/** Links that are sent for one rotation before somebody is asked. */
export const ROTATION_TRIES_MAX = 5;
/** A rotation that could not begin, because mail is off or nobody outside reaches the links, is tried again after so long. */
export const ROTATION_BLOCKED_MS = 3_600_000;

/** What somebody agreed to: when the rhythm says so, the key is rotated by itself and its contact gets the new secret. */
const consentFields = {
  isOn: z.boolean(),
  /** How long the old secret goes on after the first use of the new one; before that use it does not end. */
  overlapMs: z.int().min(0).max(OVERLAP_MS_MAX),
  /** Life of each link. */
  linkMs: z.int().min(ROTATION_LINK_MS_MIN).max(HANDOFF_MS_MAX),
  /** Links that are sent, one after the other, to a contact that does not come. Then the old secret goes on and somebody is asked. */
  triesMax: z.int().min(1).max(ROTATION_TRIES_MAX),
};
const rotationConsent = z
  .object({ ...consentFields, consentedBy: z.string(), consentedAt: timestampMs })
  .readonly();
export type RotationConsent = z.infer<typeof rotationConsent>;

/** `waiting`: a link is out. `again`: the next try waits for its time. `given_up`: nothing happens until somebody acts. */
export const ROTATION_RUN_STATES = ['waiting', 'again', 'given_up'] as const;
const rotationRun = z
  .object({
    state: z.enum(ROTATION_RUN_STATES),
    tries: z.int(),
    /** The newest link; null: none was made yet. */
    handoffId: handoffId.nullable(),
    nextAt: timestampMs.nullable(),
    problem: z.string().nullable(),
  })
  .readonly();
export type RotationRun = z.infer<typeof rotationRun>;

const owner = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('key'), keyId }),
  z.strictObject({ kind: z.literal('template'), templateId }),
]);
export type ConsentOwner = z.output<typeof owner>;

const rotationHandoff = z
  .object({
    /** null: nobody said anything here. */
    own: rotationConsent.nullable(),
    /** Of the key's template; counts where the key has none of its own. */
    inherited: rotationConsent.nullable(),
    run: rotationRun.nullable(),
    /** Why no rotation could begin now. */
    obstacle: z.string().nullable(),
  })
  .readonly();

const errors = ['KEY_NOT_FOUND', 'TEMPLATE_NOT_FOUND'] as const;

export const rotationHandoffProcedures = {
  /** Whether a due rotation is carried out and handed off by itself, and how far the present one is. */
  'rotations.handoff': query('viewer', z.strictObject({ owner }), rotationHandoff, errors),
  /** null: nothing of its own any more. Keys of a template follow it unless they have their own. */
  'rotations.setHandoff': command(
    'admin',
    z.strictObject({ owner, consent: z.strictObject(consentFields).nullable() }),
    rotationHandoff,
    [...errors, 'WRONG_STATUS'],
  ),
  /** The six words of a link that nobody of ours made, told this once, for whoever passes them on by a second channel. */
  'handoffs.takeCode': command(
    'issuer',
    z.strictObject({ handoffId }),
    z.object({ handoffId, code: z.string().nullable() }).readonly(),
    ['HANDOFF_NOT_FOUND', 'WRONG_STATUS'],
    ['code'],
  ),
} as const;
