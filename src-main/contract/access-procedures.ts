import { z } from 'zod';
import { accessSettingsProcedures } from './access-settings.ts';
import { handoff, handoffFields } from './handoffs.ts';
import { accessRequestId, applicationId, cursor, keyId, pageLimit, partnerId, scopeId } from './ids.ts';
import { createKeyInput, POLICY_ERRORS } from './key-policy.ts';
import { key } from './keys.ts';
import { limitsLeft } from './limits-left.ts';
import { applicationSlug, displayName, noteText, reasonText } from './names.ts';
import { tier } from './partners.ts';
import { quota, rateLimit } from './plans.ts';
import { command, orAbsent, query } from './procedure.ts';
import { seal, sealedFile } from './sealed.ts';
import {
  accessRequest,
  accessRequestDetail,
  accessRequestFilter,
  OPEN_REQUESTS_MAX,
} from './access-requests.ts';

/** For whom the key is. */
const grantee = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('application'), applicationId }),
  z.strictObject({ kind: z.literal('new_application'), partnerId, name: displayName, slug: applicationSlug }),
  z.strictObject({
    kind: z.literal('new_partner'),
    partnerName: displayName,
    tier,
    name: displayName,
    slug: applicationSlug,
  }),
]);

const approveInput = z.strictObject({
  accessRequestId,
  grantee,
  key: createKeyInput.omit({ applicationId: true }),
  delivery: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('link') }),
    z.strictObject({ kind: z.literal('sealed'), seal, withPassport: orAbsent(z.boolean(), true) }),
  ]),
  ...handoffFields,
  /** For the applicant, on the page of the request. */
  answer: orAbsent(noteText, ''),
});
export type ApproveInput = z.output<typeof approveInput>;

const NOT_THERE = ['ACCESS_REQUEST_NOT_FOUND'] as const;
const NOT_NOW = [...NOT_THERE, 'WRONG_STATUS'] as const;

/** What the contact is told: a code by which it shows that it can be reached, or a question. */
const notice = z
  .object({
    to: z.string(),
    subject: z.string(),
    /** null: it went to the contact by mail, so nobody else needs to know it. */
    text: z.string().nullable(),
  })
  .readonly();
export type ContactNotice = z.infer<typeof notice>;

export const accessRequestProcedures = {
  ...accessSettingsProcedures,
  /** Newest first. */
  'accessRequests.list': query(
    'viewer',
    z.strictObject({
      filter: accessRequestFilter.default({}),
      cursor: cursor.optional(),
      limit: pageLimit(200),
    }),
    z.object({
      items: z.array(accessRequest).readonly(),
      nextCursor: cursor.nullable(),
      total: z.int(),
      /** How many of all wait for an answer. */
      open: z.int(),
      /** How many there are in all. */
      all: z.int(),
      /** Where strangers ask. */
      pageUrl: z.string(),
    }),
  ),
  'accessRequests.get': query('viewer', z.strictObject({ accessRequestId }), accessRequestDetail, [
    ...NOT_THERE,
  ]),
  /** What a key with these scopes could call: of what was asked for, and beyond it. */
  'accessRequests.preview': query(
    'viewer',
    z.strictObject({ accessRequestId, scopeIds: z.array(scopeId).max(50).readonly() }),
    z.object({
      /** Places in the list of wanted endpoints that none of the scopes allows. */
      uncovered: z.array(z.int()).readonly(),
      /** Endpoints of the catalogue that it would allow although nobody asked, at most 20 of them. */
      beyond: z.array(z.object({ serviceName: z.string(), endpoint: z.string() }).readonly()).readonly(),
      beyondCount: z.int(),
    }),
    ['ACCESS_REQUEST_NOT_FOUND', 'SCOPE_NOT_FOUND'],
  ),
  /** What the log and the limits say of a key that wants more: 30 days. */
  'accessRequests.evidence': query(
    'viewer',
    z.strictObject({ accessRequestId }),
    z.object({
      keyId,
      limits: limitsLeft,
      total: z.int(),
      refusedByLimits: z.int(),
      /** Of the newest 10,000 requests, at most 50 callers: who uses one key from many places may want several. */
      addressCount: z.int(),
      agentCount: z.int(),
    }),
    ['ACCESS_REQUEST_NOT_FOUND', 'KEY_NOT_FOUND', 'RANGE_TOO_LARGE'],
  ),
  /** Makes partner and application where they are new, the key and its handoff, all or nothing. A key whose contact is not confirmed
   *  is suspended until it is. Issuers approve for applications that are there, with scopes only. */
  'accessRequests.approve': command(
    'issuer',
    approveInput,
    z
      .object({
        accessRequest,
        key,
        handoff,
        link: z.string().nullable(),
        code: z.string().nullable(),
        file: sealedFile.nullable(),
        passphrase: z.string().nullable(),
        notice: notice.nullable(),
      })
      .readonly(),
    [
      ...NOT_NOW,
      'PARTNER_NOT_FOUND',
      'APPLICATION_NOT_FOUND',
      'TEMPLATE_NOT_FOUND',
      'NAME_TAKEN',
      'SLUG_TAKEN',
      ...POLICY_ERRORS,
      'HANDOFF_CHANNEL_BLOCKED',
      'RECIPIENT_KEY_MISSING',
    ],
    ['link', 'code', 'file', 'passphrase', 'notice'],
  ),
  /** Gives the key that is there other limits, and closes the request. */
  'accessRequests.raise': command(
    'admin',
    z.strictObject({
      accessRequestId,
      rateLimit: rateLimit.nullable(),
      quota: quota.nullable(),
      answer: orAbsent(noteText, ''),
    }),
    z.object({ accessRequest, key }).readonly(),
    [...NOT_NOW, 'KEY_NOT_FOUND', ...POLICY_ERRORS],
  ),
  /** The applicants read the reason. All or none. */
  'accessRequests.reject': command(
    'issuer',
    z.strictObject({
      accessRequestIds: z.array(accessRequestId).min(1).max(OPEN_REQUESTS_MAX).readonly(),
      reason: reasonText,
    }),
    z.object({ rejected: z.int() }).readonly(),
    [...NOT_NOW],
  ),
  /** Asks the applicant back: one question at a time, by mail where that is on, and on the page of the request, where the answer is
   *  written. Until then the request waits as `asked`; it can be decided all the same. */
  'accessRequests.ask': command(
    'issuer',
    z.strictObject({ accessRequestId, question: noteText.min(1, 'Write a question.') }),
    z.object({ accessRequest, notice: notice.nullable() }).readonly(),
    [...NOT_NOW],
    ['notice'],
  ),
  /** Closes a request that says the same as another one, decided or not, whose outcome its applicant then reads. What was merged into
   *  it follows. */
  'accessRequests.merge': command(
    'issuer',
    z.strictObject({ accessRequestId, intoId: accessRequestId }),
    accessRequest,
    [...NOT_NOW],
  ),
  /** Opens a merged request again. */
  'accessRequests.unmerge': command('issuer', z.strictObject({ accessRequestId }), accessRequest, [
    ...NOT_NOW,
  ]),
  /** A new code for the contact, with the words to send it by; an older one is worth nothing then. */
  'accessRequests.makeCode': command(
    'issuer',
    z.strictObject({ accessRequestId }),
    z.object({ accessRequest, notice: notice.nullable() }).readonly(),
    [...NOT_NOW],
    ['notice'],
  ),
  /** Somebody of ours reached the contact in another way. */
  'accessRequests.confirmContact': command(
    'admin',
    z.strictObject({ accessRequestId, reason: reasonText }),
    accessRequest,
    [...NOT_NOW],
  ),
} as const;
