import { z } from 'zod';
import { BINDING_MODES, timeWindow } from './bindings.ts';
import {
  applicationId,
  cursor,
  keyId,
  pageLimit,
  partnerId,
  planId,
  scopeId,
  serviceId,
  templateId,
  timestampMs,
} from './ids.ts';
import { keyHealthFields } from './key-filter.ts';
import { createKeyInput, environment, POLICY_ERRORS, policyField, updateKeyInput } from './key-policy.ts';
import { callerMessage, meta, reasonText, tag, tags } from './names.ts';
import { idleEndMs, overlap } from './overlap.ts';
import { quota, rateLimit, rateLimits } from './plans.ts';
import { command, query } from './procedure.ts';
import { rule, rules } from './scopes.ts';
import { signatureTold, signedBy } from './signed-by.ts';
import { traceStep } from './trace-step.ts';
import { decisionCode, limitFields, methodText, quotaState } from './verify.ts';

/** `rotating` = active with two live secrets. A key that is suspended or expired while rotating shows that instead. */
export const KEY_STATUSES = ['active', 'rotating', 'suspended', 'expired', 'revoked'] as const;
export const keyStatus = z.enum(KEY_STATUSES);
export type KeyStatus = z.infer<typeof keyStatus>;

export const REVOKE_REASONS = ['leaked', 'no_longer_needed', 'replaced', 'policy', 'other'] as const;
export const revokeReason = z.enum(REVOKE_REASONS);
export type RevokeReason = z.infer<typeof revokeReason>;

/** Longest overlap of two secrets, counted from the rotation. */
export const OVERLAP_MS_MAX = 30 * 86_400_000;

export const secret = z
  .object({
    version: z.int().min(1),
    state: z.enum(['current', 'retiring', 'ended']),
    /** Last four characters, to recognise it. */
    last4: z.string(),
    /** By what logs and tickets name it: 16 characters of a keyed hash, the same for good. null for secrets of early stores. */
    fingerprint: z.string().nullable(),
    createdAt: timestampMs,
    /** Retiring: when the overlap ends. Ended: when it ended. Current: null. */
    endsAt: timestampMs.nullable(),
    lastUsedAt: timestampMs.nullable(),
  })
  .readonly();
export type Secret = z.infer<typeof secret>;

const keyFields = {
  keyId,
  name: z.string(),
  /** Recognisable, not secret: `lk_live_datafeed_k7Qd2mX9pR4t_…9f4A` (last four of the current secret). */
  hint: z.string(),
  environment,
  status: keyStatus,
  applicationId,
  applicationName: z.string(),
  applicationSlug: z.string(),
  partnerId,
  partnerName: z.string(),
  scopeNames: z.array(z.string()).readonly(),
  createdAt: timestampMs,
  expiresAt: timestampMs.nullable(),
  /** Until when it passes although it has expired: its expiry and its grace; null = it has no grace. */
  graceEndsAt: timestampMs.nullable(),
  /** Last time a verification presented a secret of this key, allowed or refused. */
  lastUsedAt: timestampMs.nullable(),
  /** While rotating: when the old secret ends. */
  overlapEndsAt: timestampMs.nullable(),
  tags,
};

/** A row of the keys list. */
export const keySummary = z.object(keyFields).readonly();
export type KeySummary = z.infer<typeof keySummary>;

/** Name of the admin who created it; null when the audit trail does not say (imported keys). */
const createdBy = z.string().nullable();

/** A row of the keys list: the summary, and what its further columns show. */
export const keyListItem = z
  .object({
    ...keyFields,
    contactEmail: z.string(),
    note: z.string(),
    createdBy,
    /** When its secret was last rotated; null = never. */
    rotatedAt: timestampMs.nullable(),
    /** The template it follows; null = none. */
    templateName: z.string().nullable(),
  })
  .readonly();
export type KeyListItem = z.infer<typeof keyListItem>;

export const key = z
  .object({
    ...keyFields,
    scopeIds: z.array(scopeId).readonly(),
    rules,
    /** The template it follows, and the fields in which it no longer does. */
    template: z
      .object({ id: templateId, name: z.string(), drift: z.array(policyField).readonly() })
      .readonly()
      .nullable(),
    planId: planId.nullable(),
    rateLimit: rateLimit.nullable(),
    rateLimits,
    quota: quota.nullable(),
    ipAllow: z.array(z.string()).readonly(),
    originAllow: z.array(z.string()).readonly(),
    userAgentAllow: z.array(z.string()).readonly(),
    /** "Only through these services". */
    serviceAllow: z.array(serviceId).readonly(),
    timeAllow: z.array(timeWindow).readonly(),
    bindingMode: z.enum(BINDING_MODES),
    /** Whose signature requests need; null = none. */
    signedBy: signedBy.nullable(),
    noExpiryReason: z.string().nullable(),
    meta,
    note: z.string(),
    externalId: z.string().nullable(),
    contactEmail: z.string(),
    createdBy,
    /** The key whose child it is: it shares that one's limits, follows it in all, and may never more. */
    parent: z.object({ keyId, name: z.string() }).readonly().nullable(),
    secrets: z.array(secret).readonly(),
    /** null while only one secret is live. */
    overlap: overlap.nullable(),
    /** How long it passes after its expiry; null = not at all. */
    expiryGraceMs: z.int().nullable(),
    /** A new secret is wanted when the current one is this old; null = no such policy. Latchkey reminds, it never makes one unseen. */
    rotateEveryMs: z.int().nullable(),
    /** When that is; null without a policy and for a revoked key. */
    rotationDueAt: timestampMs.nullable(),
    suspension: z.object({ reason: z.string(), message: z.string().nullable(), at: timestampMs }).nullable(),
    revocation: z
      .object({
        reason: revokeReason,
        note: z.string().nullable(),
        at: timestampMs,
        /** Until when `keys.restore` works; null when it never will. */
        restorableUntil: timestampMs.nullable(),
      })
      .nullable(),
    updatedAt: timestampMs,
  })
  .readonly();
export type Key = z.infer<typeof key>;

/** `secret` is the whole key string. It is null only when an earlier command with the same idempotencyKey already showed it. */
export const keyWithSecret = z.object({ key, secret: z.string().nullable() }).readonly();
export type KeyWithSecret = z.infer<typeof keyWithSecret>;

const statusView = z.enum([...KEY_STATUSES, 'expiring', 'unused']);

/** `expiring` and `unused` are views over active keys: expiry within 14 days; not used for 30 days or never. */
export const keyFilter = z.strictObject({
  /** One or several. */
  status: z.union([z.array(statusView), statusView.transform((status) => [status])]).optional(),
  environment: environment.optional(),
  partnerId: partnerId.optional(),
  applicationId: applicationId.optional(),
  scopeId: scopeId.optional(),
  tag: tag.optional(),
  templateId: templateId.optional(),
  /** Its children. Children are left out of every list that asks neither for their parent nor for a tag or a text. */
  parentId: keyId.optional(),
  ...keyHealthFields,
  /** Part of the name, key id, hint, application, partner, tag or external id; case-insensitive. Or the fingerprint of a secret,
   *  at least 12 characters of its beginning. */
  text: z.string().max(200).optional(),
});
export type KeyFilter = z.infer<typeof keyFilter>;

export const KEY_SORTS = [
  'name',
  '-name',
  'created',
  '-created',
  'expires',
  '-expires',
  'lastUsed',
  '-lastUsed',
  // By the name of the template; keys of none come last in ascending order.
  'template',
  '-template',
] as const;
export const KEY_PAGE_MAX = 500;

/** A result of asking "would this request pass": the decision with every step, nothing spent, nothing logged. */
export const simulation = z
  .object({
    valid: z.boolean(),
    code: decisionCode,
    status: z.int(),
    message: z.string().nullable(),
    detail: z.string().nullable(),
    missing: z.array(z.string()).readonly(),
    /** null when waiting does not help. */
    retryAfterMs: z.number().nullable(),
    /** The rule that decided, as text: `allow GET /inventory/** (inventory:read)`. */
    rule: z.string().nullable(),
    /** What the limits have left before this request, and what a service would be warned of; without limits that were not reached. */
    ...limitFields,
    quota: quotaState,
    trace: z.array(traceStep).readonly(),
  })
  .readonly();
export type Simulation = z.infer<typeof simulation>;

/** A note for the audit trail; null counts as left out. */
const reasonIfAny = reasonText.nullish();
const message = callerMessage.nullable().default(null);

const statusErrors = ['KEY_NOT_FOUND', 'WRONG_STATUS'] as const;

export const keyProcedures = {
  'keys.create': command(
    'issuer',
    createKeyInput,
    keyWithSecret,
    ['APPLICATION_NOT_FOUND', ...POLICY_ERRORS, 'TEMPLATE_NOT_FOUND'],
    ['secret'],
  ),
  'keys.list': query(
    'viewer',
    z.strictObject({
      filter: keyFilter.default({}),
      sort: z.enum(KEY_SORTS).default('name'),
      cursor: cursor.optional(),
      limit: pageLimit(KEY_PAGE_MAX),
    }),
    z.object({ items: z.array(keyListItem).readonly(), nextCursor: cursor.nullable(), total: z.int() }),
  ),
  'keys.get': query('viewer', z.strictObject({ keyId }), key, ['KEY_NOT_FOUND']),
  /** What is left out stays; lists are replaced. It holds at the next verification. */
  'keys.update': command('admin', updateKeyInput, key, [
    ...statusErrors,
    ...POLICY_ERRORS,
    'TEMPLATE_NOT_FOUND',
  ]),
  'keys.rotate': command(
    'admin',
    z.strictObject({
      keyId,
      /** 0 ends the old secret at once. */
      overlapMs: z.int().min(0).max(OVERLAP_MS_MAX),
      /** The old secret ends earlier when nobody used it for this long … */
      idleEndMs: idleEndMs.default(null),
      /** … but not before this moment. */
      notBefore: timestampMs.nullable().default(null),
      reason: reasonIfAny,
    }),
    keyWithSecret,
    [...statusErrors, 'ROTATION_IN_PROGRESS'],
    ['secret'],
  ),
  'keys.endOverlap': command('admin', z.strictObject({ keyId, reason: reasonIfAny }), key, [
    'KEY_NOT_FOUND',
    'NO_ROTATION_IN_PROGRESS',
  ]),
  'keys.extendOverlap': command('admin', z.strictObject({ keyId, endsAt: timestampMs }), key, [
    'KEY_NOT_FOUND',
    'NO_ROTATION_IN_PROGRESS',
  ]),
  'keys.suspend': command('admin', z.strictObject({ keyId, reason: reasonText, message }), key, statusErrors),
  'keys.resume': command('admin', z.strictObject({ keyId, reason: reasonIfAny, message }), key, statusErrors),
  // The message of a revocation is its note when there is no other; callers are told that the key is revoked, not why.
  'keys.revoke': command(
    'admin',
    z.strictObject({ keyId, reason: revokeReason, note: reasonText.nullable().default(null), message }),
    key,
    statusErrors,
  ),
  'keys.restore': command('admin', z.strictObject({ keyId, reason: reasonIfAny, message }), key, [
    'KEY_NOT_FOUND',
    'RESTORE_NOT_POSSIBLE',
  ]),
  /** Decides as a verification would, with every step; spends nothing and is not in the log. */
  'keys.simulate': query(
    'viewer',
    z
      .strictObject({
        keyId: keyId.optional(),
        /** Judge this secret of the key, not the current one. */
        secretVersion: z.int().min(1).optional(),
        /** Rules to try instead of, or without, a key. */
        draftRules: z.array(rule).max(1_000).readonly().optional(),
        serviceId: serviceId.optional(),
        method: methodText,
        path: z.string().min(1).max(2_048),
        clientIp: z.string().max(64).optional(),
        origin: z.string().max(200).optional(),
        userAgent: z.string().max(1_000).optional(),
        /** What was signed, as a service tells it to /v1/verify; its nonce is looked at and not used up. Without it the request is
         *  not signed. */
        signature: signatureTold.optional(),
        /** Take the request as signed in the way that the key wants it. */
        isSigned: z.boolean().default(false),
        at: timestampMs.optional(),
      })
      .refine((input) => input.keyId !== undefined || input.draftRules !== undefined, {
        message: 'Give a keyId or draftRules.',
        path: ['keyId'],
      }),
    simulation,
    ['KEY_NOT_FOUND', 'SERVICE_NOT_FOUND'],
  ),
} as const;
