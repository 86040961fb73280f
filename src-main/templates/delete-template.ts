import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { pickFields } from '#main/domain/changed-fields.ts';
import { createProductQueries } from '#main/sqlite/product-queries.ts';
import { createRotationRunQueries } from '#main/sqlite/rotation-run-queries.ts';
import { getTemplate } from './get-template.ts';

/** Removes a template; its keys stay as they are and follow none then, and products no longer have it as a tier. Throws TEMPLATE_NOT_FOUND. */
export function deleteTemplate(
  context: UseCaseContext,
  input: HandlerInput<'templates.delete'>,
): Output<'templates.delete'> {
  return context.command(() => {
    const template = getTemplate(context, input);
    const products = createProductQueries(context.db.handle).namesByTemplate(template.id);
    context.db.templates.delete(template.id);
    // What was agreed to for its keys goes with it.
    createRotationRunQueries(context.db.handle).setConsent(template.id, null);
    return {
      value: { deleted: true },
      audit: {
        action: 'templates.delete',
        subject: { kind: 'template', id: template.id, name: template.name },
        before: {
          ...pickFields(template, ['name', 'description', 'scopeIds', 'rules', 'planId', 'keyCount']),
          ...(products.length === 0 ? {} : { products }),
        },
      },
      changed: ['templates', 'keys', ...(products.length === 0 ? [] : ['products' as const])],
    };
  });
}
