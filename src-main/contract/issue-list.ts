import { z } from 'zod';
import { handoffFields, handoff, handoffState } from './handoffs.ts';
import { handoffId, keyId } from './ids.ts';
import { environment, POLICY_ERRORS } from './key-policy.ts';
import { displayName, emailAddress } from './names.ts';
import { tier } from './partners.ts';
import { command, orAbsent, query } from './procedure.ts';
import { sealedFile } from './sealed.ts';

/** Lines of one list. */
export const ISSUE_LINES_MAX = 1_000;
const ISSUE_CHARACTERS_MAX = 1024 * 1024;

/** One team's key, as a line of a list says it. */
const issueFields = {
  /** Partner; made where there is none of this name. */
  team: displayName,
  /** Made where the partner has none of this name. */
  application: displayName,
  /** Who gets the key, and the contact of what is made. */
  contact: emailAddress,
  /** By its name. */
  template: z.string().trim().min(1).max(64),
  environment,
  keyName: displayName,
  /** Of a partner that is made. */
  tier,
};
export const issueLine = z.object(issueFields).readonly();
export type IssueLine = z.infer<typeof issueLine>;

const known = {
  keyId: keyId.nullable(),
  handoffId: handoffId.nullable(),
  handoffState: handoffState.nullable(),
};
const issueRow = issueLine
  .unwrap()
  .extend({
    line: z.int(),
    /** `there`: the application has a key of this name and environment already, of this list or another; nothing is made. */
    kind: z.enum(['issue', 'there']),
    isNewTeam: z.boolean(),
    isNewApplication: z.boolean(),
    ...known,
  })
  .readonly();
export type IssueRow = z.infer<typeof issueRow>;

const issueList = z
  .object({
    rows: z.array(issueRow).readonly(),
    /** Lines that cannot be issued; the others can. */
    problems: z
      .array(z.object({ line: z.int(), name: z.string(), message: z.string() }).readonly())
      .readonly(),
    /** Links would go to the contacts by mail. */
    isMailOn: z.boolean(),
  })
  .readonly();
export type IssueList = z.infer<typeof issueList>;

export const issueListProcedures = {
  /** What a list of teams in CSV, with a line of column names, would make; makes nothing. */
  'handoffs.previewList': query(
    'admin',
    z.strictObject({
      text: z.string().min(1).max(ISSUE_CHARACTERS_MAX, 'At most 1 MiB. Issue it in parts.'),
    }),
    issueList,
    ['IMPORT_UNREADABLE'],
  ),
  /** One line: what is missing of partner and application, the key and its handoff, all or nothing; nobody on our side sees the secret.
   *  A line that was issued before makes nothing, so that a list that was cut off is simply sent again. The six words of a link wait
   *  for `handoffs.takeCode`. */
  'handoffs.issueLine': command(
    'admin',
    z.strictObject({
      ...issueFields,
      delivery: z.enum(['link', 'recipient_key']),
      /** Links go to the contact by mail where mail is on; then they are in no answer. */
      byMail: orAbsent(z.boolean(), true),
      expiresInMs: handoffFields.expiresInMs,
      onExpiry: handoffFields.onExpiry,
    }),
    z
      .object({
        kind: z.enum(['issued', 'there']),
        keyId,
        handoff: handoff.nullable(),
        /** null where it went by mail, in a file, or was told before. */
        link: z.string().nullable(),
        file: sealedFile.nullable(),
        mailedTo: z.string().nullable(),
      })
      .readonly(),
    [
      ...(['TEMPLATE_NOT_FOUND', 'NAME_TAKEN', 'SLUG_TAKEN', 'WRONG_STATUS', ...POLICY_ERRORS] as const),
      ...([
        'APPLICATION_NOT_FOUND',
        'PARTNER_NOT_FOUND',
        'HANDOFF_CHANNEL_BLOCKED',
        'RECIPIENT_KEY_MISSING',
      ] as const),
    ],
    ['link', 'file'],
  ),
} as const;
