import type { HandlerInput, Output } from '#contract/contract.ts';
import type { PolicyField } from '#contract/policy-fields.ts';
import type { KeyId, TemplateId } from '#contract/ids.ts';
import type { Template, TemplatePolicy } from '#contract/templates.ts';
import type { AuditDraft, UseCaseContext } from '#main/context.ts';
import { changedFields, pickFields } from '#main/domain/changed-fields.ts';
import { policyDrift } from '#main/domain/policy-drift.ts';
import { checkChild } from '#main/keys/check-child.ts';
import { checkKeyPolicy } from '#main/keys/check-key-policy.ts';
import { loadKey, viewKey } from '#main/keys/key-view.ts';
import { AppError } from '#main/platform/app-error.ts';
import { getTemplate } from './get-template.ts';

/** Gives the named keys the policy of a template, or the named fields of it: all of the keys or none. Each key that changes has
 *  an audit event of its own. Throws TEMPLATE_NOT_FOUND, KEY_NOT_FOUND, WRONG_STATUS for a revoked key, and SCOPE_NOT_FOUND,
 *  PLAN_NOT_FOUND, SERVICE_NOT_FOUND where the template names what is gone. */
export function applyTemplate(
  context: UseCaseContext,
  { templateId, keyIds, fields }: HandlerInput<'templates.apply'>,
): Output<'templates.apply'> {
  return context.command(() => {
    const template = getTemplate(context, { templateId });
    checkKeyPolicy(context, template);
    const wanted = [...new Set(keyIds)];
    const audits = wanted.flatMap((keyId) => {
      const applied = applyToKey(context, { template, keyId, fields });
      return applied === null ? [] : [{ keyId, audit: applied.audit }];
    });
    const changed = audits.map(({ keyId }) => keyId);
    return {
      value: { changed, unchanged: wanted.length - changed.length },
      audit: {
        action: 'templates.apply',
        subject: { kind: 'template', id: templateId, name: template.name },
        after: { fields, keyIds: changed, unchanged: wanted.length - changed.length },
      },
      furtherAudits: audits.map(({ audit }) => audit),
      changed: ['keys', 'templates', 'scopes', 'plans'],
    };
  });
}

interface Applied {
  readonly template: Template;
  readonly keyId: KeyId;
  readonly fields: readonly PolicyField[];
}

/** What a key had before a template was applied to it, and has since: the fields that changed alone. */
export interface AppliedPolicy {
  readonly before: Partial<TemplatePolicy> & { readonly templateId?: TemplateId | null };
  readonly after: AppliedPolicy['before'];
}

/** Gives one key the named fields of a template, inside a command; null where it is as wanted already. Throws KEY_NOT_FOUND, and
 *  WRONG_STATUS for a revoked key and a child. */
export function applyToKey(
  context: UseCaseContext,
  { template, keyId, fields }: Applied,
): { readonly policy: AppliedPolicy; readonly audit: AuditDraft } | null {
  const loaded = loadKey(context, keyId);
  const before = viewKey(context, loaded);
  checkChild(loaded.key, { templateId: template.id });
  if (before.status === 'revoked') {
    const message = `The key “${before.name}” is revoked and cannot change. Leave it out.`;
    throw new AppError('WRONG_STATUS', message);
  }
  const differing = policyDrift(before, template).filter((field) => fields.includes(field));
  const isMoving = loaded.key.templateId !== template.id;
  if (differing.length === 0 && !isMoving) return null;
  context.db.keys.update({
    ...loaded.key,
    ...pickFields(template, differing),
    templateId: template.id,
    updatedAtMs: context.nowMs,
  });
  if (differing.includes('scopeIds')) context.db.keys.setScopes(keyId, template.scopeIds);
  const moved = isMoving
    ? { before: { templateId: loaded.key.templateId }, after: { templateId: template.id } }
    : null;
  const changed = changedFields<Pick<Template, PolicyField>>(before, template, differing);
  const policy: AppliedPolicy = {
    before: { ...changed.before, ...moved?.before },
    after: { ...changed.after, ...moved?.after },
  };
  return {
    policy,
    audit: {
      action: 'keys.update',
      subject: { kind: 'key', id: keyId, name: before.name },
      ...policy,
      reason: `Template ${template.name}`,
    },
  };
}
