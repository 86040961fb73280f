import type { HandlerInput } from '#contract/contract.ts';
import { templateId } from '#contract/ids.ts';
import type { Template } from '#contract/templates.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { checkKeyPolicy } from '#main/keys/check-key-policy.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { randomBytes } from '#main/platform/random.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';

/** Adds a template. Throws NAME_TAKEN, SCOPE_NOT_FOUND, PLAN_NOT_FOUND, SERVICE_NOT_FOUND, INVALID_INPUT. */
export function createTemplate(context: UseCaseContext, input: HandlerInput<'templates.create'>): Template {
  return context.command(() => {
    const { templates } = context.db;
    checkKeyPolicy(context, input);
    if (templates.findByName(input.name) !== null) throw nameTaken('a template', input.name);
    refuseNameTwin(context.db.handle, { kind: 'template', name: input.name });
    const template: Template = {
      ...input,
      id: templateId.parse(`tpl_${randomBase62(16, randomBytes)}`),
      isArchived: false,
      keyCount: 0,
      createdAt: context.nowMs,
      updatedAt: context.nowMs,
    };
    templates.put(template);
    return {
      value: template,
      audit: {
        action: 'templates.create',
        subject: { kind: 'template', id: template.id, name: template.name },
        after: input,
      },
      changed: ['templates'],
    };
  });
}
