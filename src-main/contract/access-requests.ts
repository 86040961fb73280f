import { z } from 'zod';
import { accessSettingsProcedures } from './access-settings.ts';
import { handoff, handoffFields } from './handoffs.ts';
import {
  accessRequestId,
  applicationId,
  cursor,
  keyId,
  pageLimit,
  partnerId,
  scopeId,
  serviceId,
  timestampMs,
} from './ids.ts';
import { createKeyInput, environment, POLICY_ERRORS } from './key-policy.ts';
import { key, keyStatus } from './keys.ts';
import { limitsLeft } from './limits-left.ts';
import { applicationSlug, displayName, noteText, reasonText } from './names.ts';
import { tier } from './partners.ts';
import { quota, rateLimit } from './plans.ts';
import { command, orAbsent, query } from './procedure.ts';
import { METHODS } from './scopes.ts';
import { seal, sealedFile } from './sealed.ts';

/** How far an access request is. */
export const ACCESS_REQUEST_STATES = ['open', 'approved', 'rejected'] as const;
const accessRequestState = z.enum(ACCESS_REQUEST_STATES);
export type AccessRequestState = z.infer<typeof accessRequestState>;

/** Open requests at the same time; further ones are turned away, so that strangers cannot fill the store. */
export const OPEN_REQUESTS_MAX = 200;
/** Endpoints that one request can name. */
export const WANTED_ENDPOINTS_MAX = 30;
/** A request that waits longer is marked. */
export const STALE_REQUEST_MS = 3 * 86_400_000;
/** Up to so many requests a day nobody has to say what for. */
export const PURPOSE_FREE_PER_DAY = 1_000;
export const REQUESTS_PER_DAY_MAX = 100_000_000;
/** Wrong codes after which a confirmation code is worth nothing; a new one can be made. */
export const CONTACT_TRIES_MAX = 5;

/** An endpoint that somebody wants to call. */
export const wantedEndpoint = z
  .object({
    serviceId: serviceId.nullable(),
    /** As it was called then; empty where the service is not known. */
    serviceName: z.string(),
    method: z.enum(METHODS),
    path: z.string(),
    /** Came with the signed link of a refusal: exactly this was refused here. */
    isRefused: z.boolean(),
  })
  .readonly();
export type WantedEndpoint = z.infer<typeof wantedEndpoint>;

const accessRequest = z
  .object({
    id: accessRequestId,
    /** Short and readable, for talking about it. */
    reference: z.string(),
    state: accessRequestState,
    createdAt: timestampMs,
    /** Texts of a stranger, from here to `endpoints`. */
    application: z.string(),
    team: z.string(),
    contactEmail: z.string(),
    purpose: z.string(),
    repository: z.string(),
    environment,
    requestsPerDay: z.int(),
    /** Set when it is about more for a key that is there, as far as such a key is known. */
    keyId: keyId.nullable(),
    endpoints: z.array(wantedEndpoint).readonly(),
    /** Version of the terms that were accepted; null: there were none. */
    termsVersion: z.int().nullable(),
    /** Where it came from. */
    address: z.string().nullable(),
    contactConfirmedAt: timestampMs.nullable(),
    /** A confirmation code was made and can still be entered. */
    isCodeWaiting: z.boolean(),
    decidedAt: timestampMs.nullable(),
    decidedBy: z.string().nullable(),
    /** Approved by the rule of the settings, by nobody. */
    isAutomatic: z.boolean(),
    /** What the applicant reads: why not, or what to know. */
    answer: z.string(),
    /** The key that came of it. */
    grantedKeyId: keyId.nullable(),
    /** Open for longer than STALE_REQUEST_MS. */
    isStale: z.boolean(),
    /** Other requests of the same application, contact or endpoints. */
    similarCount: z.int(),
  })
  .readonly();
export type AccessRequest = z.infer<typeof accessRequest>;

/** Why two requests may be the same. */
const SAME_THINGS = ['application', 'contact', 'endpoints'] as const;

const similarRequest = z
  .object({
    id: accessRequestId,
    reference: z.string(),
    application: z.string(),
    contactEmail: z.string(),
    state: accessRequestState,
    createdAt: timestampMs,
    same: z.array(z.enum(SAME_THINGS)).readonly(),
  })
  .readonly();

const existingKey = z
  .object({
    keyId,
    name: z.string(),
    environment,
    status: keyStatus,
    applicationId,
    applicationName: z.string(),
    partnerName: z.string(),
    lastUsedAt: timestampMs.nullable(),
    /** How many of the wanted endpoints it may call already. */
    coveredCount: z.int(),
  })
  .readonly();

const judgedEndpoint = wantedEndpoint
  .unwrap()
  .extend({
    isInCatalogue: z.boolean(),
    /** Scopes that allow it. */
    scopes: z.array(z.object({ id: scopeId, name: z.string() }).readonly()).readonly(),
  })
  .readonly();

export const accessRequestDetail = accessRequest
  .unwrap()
  .extend({
    judged: z.array(judgedEndpoint).readonly(),
    /** The fewest scopes that allow all that scopes can. */
    suggestedScopeIds: z.array(scopeId).readonly(),
    similar: z.array(similarRequest).readonly(),
    existingKeys: z.array(existingKey).readonly(),
    /** Applications of this name or contact. */
    applications: z
      .array(
        z
          .object({
            id: applicationId,
            name: z.string(),
            partnerId,
            partnerName: z.string(),
            hasSameContact: z.boolean(),
          })
          .readonly(),
      )
      .readonly(),
    /** A slug that is free, made of the application's name. */
    suggestedSlug: z.string(),
  })
  .readonly();
export type AccessRequestDetail = z.infer<typeof accessRequestDetail>;

export const accessRequestFilter = z.strictObject({
  state: accessRequestState.optional(),
  /** Part of application, team, contact or reference; case-insensitive. */
  text: z.string().max(200).optional(),
});
export type AccessRequestFilter = z.infer<typeof accessRequestFilter>;

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

export const approveInput = z.strictObject({
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

/** What the contact is told: a code by which it shows that it can be reached. */
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
