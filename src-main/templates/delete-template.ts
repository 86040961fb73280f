import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { pickFields } from '#main/domain/changed-fields.ts';
import { createRotationRunQueries } from '#main/sqlite/rotation-run-queries.ts';
import { getTemplate } from './get-template.ts';

/** Removes a template; its keys stay as they are and follow none then. Throws TEMPLATE_NOT_FOUND. */
export function deleteTemplate(
  context: UseCaseContext,
  input: HandlerInput<'templates.delete'>,
): Output<'templates.delete'> {
  return context.command(() => {
    const template = getTemplate(context, input);
    context.db.templates.delete(template.id);
    // What was agreed to for its keys goes with it.
    createRotationRunQueries(context.db.handle).setConsent(template.id, null);
    return {
      value: { deleted: true },
      audit: {
        action: 'templates.delete',
        subject: { kind: 'template', id: template.id, name: template.name },
        before: pickFields(template, ['name', 'description', 'scopeIds', 'rules', 'planId', 'keyCount']),
      },
      changed: ['templates', 'keys'],
    };
  });
}
