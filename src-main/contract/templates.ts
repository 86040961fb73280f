import { z } from 'zod';
import {
  applicationId,
  cursor,
  keyId,
  pageLimit,
  planId,
  serviceId,
  templateId,
  timestampMs,
} from './ids.ts';
import { environment, POLICY_ERRORS, policyField, policyFields } from './key-policy.ts';
import { keyStatus, keyWithSecret } from './keys.ts';
import { displayName, noteText } from './names.ts';
import { POLICY_FIELDS, type PolicyField } from './policy-fields.ts';
import { command, orAbsent, query } from './procedure.ts';

const { scopeIds, rules, rateLimit, rateLimits, quota, ipAllow, originAllow } = policyFields;
const { userAgentAllow, serviceAllow, timeAllow, bindingMode, rotateEveryMs, expiryGraceMs, tags } =
  policyFields;

/** Shortest and longest life that a template gives to its keys. */
export const EXPIRES_IN_MS_MIN = 60_000;
export const EXPIRES_IN_MS_MAX = 3_650 * 86_400_000;

const templateFields = {
  name: displayName,
  description: noteText,
  /** Where its keys live; null: whoever makes one chooses. */
  environment: environment.nullable(),
  scopeIds,
  rules,
  planId: planId.nullable(),
  rateLimit: rateLimit.nullable(),
  rateLimits,
  quota: quota.nullable(),
  ipAllow,
  originAllow,
  userAgentAllow,
  serviceAllow,
  timeAllow,
  bindingMode,
  rotateEveryMs,
  expiryGraceMs,
  /** Given to new keys; keys that have others have not drifted. */
  tags,
  /** Life of a new key, ms; null: its keys never expire. */
  expiresInMs: z.int().min(EXPIRES_IN_MS_MIN).max(EXPIRES_IN_MS_MAX).nullable(),
  /** May issuers make keys of it? */
  isForIssuers: z.boolean(),
};

export const template = z
  .object({
    id: templateId,
    ...templateFields,
    serviceAllow: z.array(serviceId).readonly(),
    name: z.string(),
    isArchived: z.boolean(),
    /** Keys made of it or moved to it that are not revoked. */
    keyCount: z.int(),
    createdAt: timestampMs,
    updatedAt: timestampMs,
  })
  .readonly();
export type Template = z.infer<typeof template>;

/** The policy of a template or of a key, as far as templates speak of it. */
export type TemplatePolicy = Pick<Template, PolicyField>;

/** A key of a template, and where its policy differs. */
export const templateKey = z
  .object({
    keyId,
    name: z.string(),
    status: keyStatus,
    applicationName: z.string(),
    partnerName: z.string(),
    /** Fields in which the key is not as the template; empty: it has not drifted. */
    drift: z.array(policyField).readonly(),
  })
  .readonly();
export type TemplateKey = z.infer<typeof templateKey>;

export const createTemplateInput = z.strictObject({
  name: templateFields.name,
  description: orAbsent(templateFields.description, ''),
  environment: templateFields.environment.default(null),
  scopeIds: orAbsent(scopeIds, []),
  rules: orAbsent(rules, []),
  planId: templateFields.planId.default(null),
  rateLimit: templateFields.rateLimit.default(null),
  rateLimits: orAbsent(rateLimits, []),
  quota: templateFields.quota.default(null),
  ipAllow: orAbsent(ipAllow, []),
  originAllow: orAbsent(originAllow, []),
  userAgentAllow: orAbsent(userAgentAllow, []),
  serviceAllow: orAbsent(serviceAllow, []),
  timeAllow: orAbsent(timeAllow, []),
  bindingMode: orAbsent(bindingMode, 'enforce'),
  rotateEveryMs: rotateEveryMs.default(null),
  expiryGraceMs: expiryGraceMs.default(null),
  tags: orAbsent(tags, []),
  expiresInMs: templateFields.expiresInMs,
  isForIssuers: templateFields.isForIssuers.default(false),
});
export type CreateTemplateInput = z.output<typeof createTemplateInput>;

const { name, description, tags: templateTags, expiresInMs, isForIssuers } = templateFields;
export const updateTemplateInput = z.strictObject({
  templateId,
  name: name.optional(),
  description: description.optional(),
  environment: templateFields.environment.optional(),
  scopeIds: scopeIds.optional(),
  rules: rules.optional(),
  planId: templateFields.planId.optional(),
  rateLimit: templateFields.rateLimit.optional(),
  rateLimits: rateLimits.optional(),
  quota: templateFields.quota.optional(),
  ipAllow: ipAllow.optional(),
  originAllow: originAllow.optional(),
  userAgentAllow: userAgentAllow.optional(),
  serviceAllow: serviceAllow.optional(),
  timeAllow: timeAllow.optional(),
  bindingMode: bindingMode.optional(),
  rotateEveryMs: rotateEveryMs.optional(),
  expiryGraceMs: expiryGraceMs.optional(),
  tags: templateTags.optional(),
  expiresInMs: expiresInMs.optional(),
  isForIssuers: isForIssuers.optional(),
  isArchived: z.boolean().optional(),
});

/** Keys that one `templates.apply` may change: verification waits meanwhile, less than a tenth of a millisecond a key. */
export const APPLY_KEYS_MAX = 200;

export const templateProcedures = {
  /** By name. Issuers see those for issuers that are not archived. */
  'templates.list': query(
    'viewer',
    z.strictObject({ includeArchived: z.boolean().default(false) }),
    z.object({ items: z.array(template).readonly() }),
  ),
  'templates.get': query('viewer', z.strictObject({ templateId }), template, ['TEMPLATE_NOT_FOUND']),
  /** Its keys that are not revoked, by id. With `draft` their drift is that from the template as it would be. */
  'templates.keys': query(
    'viewer',
    z.strictObject({
      templateId,
      draft: updateTemplateInput.omit({ templateId: true }).optional(),
      /** Only keys that differ; `total` counts all the same. */
      onlyDiffering: z.boolean().default(false),
      cursor: cursor.optional(),
      limit: pageLimit(APPLY_KEYS_MAX),
    }),
    z.object({ items: z.array(templateKey).readonly(), nextCursor: cursor.nullable(), total: z.int() }),
    ['TEMPLATE_NOT_FOUND'],
  ),
  'templates.create': command('admin', createTemplateInput, template, ['NAME_TAKEN', ...POLICY_ERRORS]),
  /** What is left out stays. Keys of the template stay as they are until it is applied to them. */
  'templates.update': command('admin', updateTemplateInput, template, [
    'TEMPLATE_NOT_FOUND',
    'NAME_TAKEN',
    ...POLICY_ERRORS,
  ]),
  /** Its keys stay as they are, without a template. */
  'templates.delete': command(
    'admin',
    z.strictObject({ templateId }),
    z.object({ deleted: z.literal(true) }),
    ['TEMPLATE_NOT_FOUND'],
  ),
  /** Gives the named keys the policy of the template, or only the named fields, all or none; each has an audit event
   *  `keys.update`. Revoked keys cannot be named. Keys of no or another template become keys of this one. */
  'templates.apply': command(
    'admin',
    z.strictObject({
      templateId,
      keyIds: z.array(keyId).min(1).max(APPLY_KEYS_MAX).readonly(),
      fields: z
        .array(policyField)
        .min(1)
        .readonly()
        .default([...POLICY_FIELDS]),
    }),
    /** `changed` holds the ids of the keys that were not as the template already. */
    z.object({ changed: z.array(keyId).readonly(), unchanged: z.int() }),
    ['TEMPLATE_NOT_FOUND', 'KEY_NOT_FOUND', 'WRONG_STATUS', ...POLICY_ERRORS],
  ),
  /** A key as the template says. What is given here goes before it. */
  'keys.createFromTemplate': command(
    'issuer',
    z.strictObject({
      templateId,
      applicationId,
      name: displayName,
      /** Needed where the template leaves it open. */
      environment: environment.optional(),
      expiresAt: timestampMs.optional(),
      tags: tags.optional(),
      note: orAbsent(noteText, ''),
    }),
    keyWithSecret,
    ['TEMPLATE_NOT_FOUND', 'APPLICATION_NOT_FOUND', ...POLICY_ERRORS],
    ['secret'],
  ),
} as const;
