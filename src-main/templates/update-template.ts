import type { HandlerInput } from '#contract/contract.ts';
import { POLICY_FIELDS } from '#contract/policy-fields.ts';
import type { Template } from '#contract/templates.ts';
import type { UseCaseContext } from '#main/context.ts';
import { changedFields, withChanges } from '#main/domain/changed-fields.ts';
import { checkKeyPolicy } from '#main/keys/check-key-policy.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';
import { getTemplate } from './get-template.ts';

const FIELDS = [
  'name',
  'description',
  'environment',
  ...POLICY_FIELDS,
  'tags',
  'expiresInMs',
  'isForIssuers',
  'isArchived',
] as const;

/** Changes a template; its keys stay as they are until it is applied to them. Throws TEMPLATE_NOT_FOUND, NAME_TAKEN,
 *  SCOPE_NOT_FOUND, PLAN_NOT_FOUND, SERVICE_NOT_FOUND, INVALID_INPUT. */
export function updateTemplate(context: UseCaseContext, input: HandlerInput<'templates.update'>): Template {
  return context.command(() => {
    const { templateId, ...changes } = input;
    const { templates } = context.db;
    const before = getTemplate(context, { templateId });
    checkKeyPolicy(context, changes);
    const after = { ...withChanges(before, changes), updatedAt: context.nowMs };
    const holder = templates.findByName(after.name);
    if (holder !== null && holder !== templateId) throw nameTaken('a template', after.name);
    if (after.name !== before.name) {
      refuseNameTwin(context.db.handle, { kind: 'template', name: after.name, id: templateId });
    }
    templates.put(after);
    return {
      value: after,
      audit: {
        action: 'templates.update',
        subject: { kind: 'template', id: templateId, name: after.name },
        ...changedFields(before, after, FIELDS),
      },
      changed: ['templates'],
    };
  });
}
