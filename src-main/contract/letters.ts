import { z } from 'zod';
import { applicationId, deliveryId } from './ids.ts';
import { LETTER_SUBJECT_MAX, LETTER_TEXT_MAX, NOTE_KINDS } from './letter-kinds.ts';
import { command, query } from './procedure.ts';

export const letterProcedures = {
  /** Can contacts be written to by mail? */
  'notices.mailState': query('viewer', z.strictObject({}), z.object({ isOn: z.boolean() }).readonly()),
  /** Sends the contact of an application what somebody wrote, by mail; to no other address. Refused as WRONG_STATUS while mail is off. */
  'notices.mailContact': command(
    'issuer',
    z.strictObject({
      applicationId,
      kind: z.enum(NOTE_KINDS),
      subject: z
        .string()
        .trim()
        .min(1)
        .max(LETTER_SUBJECT_MAX)
        .regex(/^\P{C}*$/u, 'Remove control or invisible characters.'),
      text: z.string().trim().min(1).max(LETTER_TEXT_MAX),
    }),
    z.object({ deliveryId, to: z.string() }).readonly(),
    ['APPLICATION_NOT_FOUND', 'WRONG_STATUS'],
  ),
} as const;
