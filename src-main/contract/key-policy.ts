import { z } from 'zod';
import { BINDING_MODES, cidr, originText, timeWindow, userAgentFamily } from './bindings.ts';
import { applicationId, keyId, planId, scopeId, serviceId, templateId, timestampMs } from './ids.ts';
import { displayName, externalId, meta, noteText, reasonText, tags } from './names.ts';
import { quota, rateLimit, rateLimits } from './plans.ts';
import { POLICY_FIELDS } from './policy-fields.ts';
import { orAbsent } from './procedure.ts';
import { rules } from './scopes.ts';
import { signedBy } from './signed-by.ts';

export const ENVIRONMENTS = ['live', 'test'] as const;
export const environment = z.enum(ENVIRONMENTS);
export type Environment = z.infer<typeof environment>;

/** The shortest rhythm in which a key can be due for rotation … */
export const ROTATE_EVERY_MS_MIN = 86_400_000;
/** … and the longest: five years. */
export const ROTATE_EVERY_MS_MAX = 5 * 366 * 86_400_000;

/** The shortest grace after an expiry … */
export const EXPIRY_GRACE_MS_MIN = 3_600_000;
/** … and the longest: what goes on for longer is a later expiry. */
export const EXPIRY_GRACE_MS_MAX = 30 * 86_400_000;

export const policyField = z.enum(POLICY_FIELDS);

/** The policy of a key as it is sent. */
export const policyFields = {
  scopeIds: z.array(scopeId).max(50).readonly(),
  /** Rules of the key's own beside its scopes; they apply to every service. */
  rules,
  planId: planId.nullable(),
  rateLimit: rateLimit.nullable(),
  /** Beside the plan's; one of the same name wins over the plan's. */
  rateLimits,
  quota: quota.nullable(),
  /** null: never; the screens then ask for a noExpiryReason. */
  expiresAt: timestampMs.nullable(),
  noExpiryReason: reasonText.nullable(),
  /** Remind of a rotation when the secret is this old; null = never. */
  rotateEveryMs: z.int().min(ROTATE_EVERY_MS_MIN).max(ROTATE_EVERY_MS_MAX).nullable(),
  /** For so long after its expiry the key still passes, and each answer warns; null = not at all. */
  expiryGraceMs: z.int().min(EXPIRY_GRACE_MS_MIN).max(EXPIRY_GRACE_MS_MAX).nullable(),
  // Bindings: an empty list binds to nothing; of several, each must allow the request.
  ipAllow: z.array(cidr).max(100).readonly(),
  originAllow: z.array(originText).max(50).readonly(),
  userAgentAllow: z.array(userAgentFamily).max(50).readonly(),
  /** Only these services may verify the key. */
  serviceAllow: z.array(serviceId).max(50).readonly(),
  timeAllow: z.array(timeWindow).max(20).readonly(),
  bindingMode: z.enum(BINDING_MODES),
  /** null: requests need not be signed. A binding like the others; no template gives it, since it is one client's. */
  signedBy: signedBy.nullable(),
  tags,
  meta,
  note: noteText,
  externalId: externalId.nullable(),
};

export const createKeyInput = z.strictObject({
  applicationId,
  name: displayName,
  environment,
  /** The template that it is to follow; it gives nothing by itself: `keys.createFromTemplate` does. */
  templateId: templateId.nullable().default(null),
  scopeIds: orAbsent(policyFields.scopeIds, []),
  rules: orAbsent(policyFields.rules, []),
  planId: policyFields.planId.default(null),
  rateLimit: policyFields.rateLimit.default(null),
  rateLimits: orAbsent(policyFields.rateLimits, []),
  quota: policyFields.quota.default(null),
  expiresAt: policyFields.expiresAt,
  noExpiryReason: policyFields.noExpiryReason.default(null),
  rotateEveryMs: policyFields.rotateEveryMs.default(null),
  expiryGraceMs: policyFields.expiryGraceMs.default(null),
  ipAllow: orAbsent(policyFields.ipAllow, []),
  originAllow: orAbsent(policyFields.originAllow, []),
  userAgentAllow: orAbsent(policyFields.userAgentAllow, []),
  serviceAllow: orAbsent(policyFields.serviceAllow, []),
  timeAllow: orAbsent(policyFields.timeAllow, []),
  bindingMode: orAbsent(policyFields.bindingMode, 'enforce'),
  signedBy: policyFields.signedBy.default(null),
  tags: orAbsent(policyFields.tags, []),
  meta: orAbsent(policyFields.meta, {}),
  note: orAbsent(policyFields.note, ''),
  externalId: policyFields.externalId.default(null),
});
export type CreateKeyInput = z.output<typeof createKeyInput>;

export const updateKeyInput = z.strictObject({
  keyId,
  name: displayName.optional(),
  /** null: it follows none any more. */
  templateId: templateId.nullable().optional(),
  scopeIds: policyFields.scopeIds.optional(),
  rules: policyFields.rules.optional(),
  planId: policyFields.planId.optional(),
  rateLimit: policyFields.rateLimit.optional(),
  rateLimits: policyFields.rateLimits.optional(),
  quota: policyFields.quota.optional(),
  expiresAt: policyFields.expiresAt.optional(),
  noExpiryReason: policyFields.noExpiryReason.optional(),
  rotateEveryMs: policyFields.rotateEveryMs.optional(),
  expiryGraceMs: policyFields.expiryGraceMs.optional(),
  ipAllow: policyFields.ipAllow.optional(),
  originAllow: policyFields.originAllow.optional(),
  userAgentAllow: policyFields.userAgentAllow.optional(),
  serviceAllow: policyFields.serviceAllow.optional(),
  timeAllow: policyFields.timeAllow.optional(),
  bindingMode: policyFields.bindingMode.optional(),
  signedBy: policyFields.signedBy.optional(),
  tags: policyFields.tags.optional(),
  meta: policyFields.meta.optional(),
  note: policyFields.note.optional(),
  externalId: policyFields.externalId.optional(),
});
export type UpdateKeyInput = z.output<typeof updateKeyInput>;

export const POLICY_ERRORS = ['SCOPE_NOT_FOUND', 'PLAN_NOT_FOUND', 'SERVICE_NOT_FOUND'] as const;
