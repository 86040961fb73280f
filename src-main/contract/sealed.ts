import { z } from 'zod';
import { handoff, handoffFields } from './handoffs.ts';
import { applicationId, keyId, templateId, timestampMs } from './ids.ts';
import { environment, POLICY_ERRORS } from './key-policy.ts';
import { key, OVERLAP_MS_MAX } from './keys.ts';
import { displayName, tags } from './names.ts';
import { command, orAbsent } from './procedure.ts';

/** How a file is locked: an age file for the private part of the partner's recipient key; an age file for eight words; a page that
 *  opens itself with eight words, for recipients without age. */
const SEALS = ['recipient_key', 'passphrase', 'page'] as const;
export const seal = z.enum(SEALS);
export type Seal = z.infer<typeof seal>;

const sealFields = {
  seal,
  /** A page carries the key's passport, too. It holds no secret, and beside an age file it is a file of its own. */
  withPassport: orAbsent(z.boolean(), true),
  ...handoffFields,
};

export const sealedFile = z.object({ name: z.string(), mediaType: z.string(), text: z.string() }).readonly();
export type SealedFile = z.infer<typeof sealedFile>;

/** File and words are told once, here, and kept nowhere. They belong on two different ways to the recipient. */
const sealed = {
  handoff,
  /** null for a repeat with the same idempotencyKey. */
  file: sealedFile.nullable(),
  /** null for a repeat, and where the recipient's own key opens it. */
  passphrase: z.string().nullable(),
};
const sealedHandoff = z.object(sealed).readonly();
export type SealedHandoff = z.infer<typeof sealedHandoff>;

const SHOWN_ONCE = ['file', 'passphrase'] as const;

export const sealedProcedures = {
  /** Locks the secret that the caller has, or a new one of a rotation, into a file. A rotation needs the role admin. */
  'handoffs.createSealed': command(
    'issuer',
    z.strictObject({
      keyId,
      /** Where the secret comes from: the caller has just seen it, or a new one is made that nobody sees. */
      source: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('given'), secret: z.string().max(512) }),
        z.strictObject({ kind: z.literal('rotated'), overlapMs: z.int().min(0).max(OVERLAP_MS_MAX) }),
      ]),
      ...sealFields,
    }),
    sealedHandoff,
    ['KEY_NOT_FOUND', 'WRONG_STATUS', 'ROTATION_IN_PROGRESS', 'RECIPIENT_KEY_MISSING'],
    SHOWN_ONCE,
  ),
  /** A key as the template says, whose secret goes straight into a file: no answer holds it in the clear. */
  'handoffs.issueSealed': command(
    'issuer',
    z.strictObject({
      templateId,
      applicationId,
      name: displayName,
      environment: environment.optional(),
      expiresAt: timestampMs.optional(),
      tags: tags.optional(),
      ...sealFields,
    }),
    z.object({ ...sealed, key }).readonly(),
    ['TEMPLATE_NOT_FOUND', 'APPLICATION_NOT_FOUND', ...POLICY_ERRORS, 'RECIPIENT_KEY_MISSING'],
    SHOWN_ONCE,
  ),
} as const;
