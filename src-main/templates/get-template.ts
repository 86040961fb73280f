import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Template } from '#contract/templates.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';

/** One template. Throws TEMPLATE_NOT_FOUND, for issuers also where it is not for them. */
export function getTemplate(
  context: UseCaseContext,
  { templateId }: HandlerInput<'templates.get'>,
): Template {
  const template = context.db.templates.get(templateId);
  if (template === null || !mayUse(context, template)) throw templateNotFound();
  return template;
}

/** Every template that the caller may know of, by name. */
export function listTemplates(
  context: UseCaseContext,
  { includeArchived }: HandlerInput<'templates.list'>,
): Output<'templates.list'> {
  const items = context.db.templates.list();
  return { items: items.filter((one) => mayUse(context, one) && (includeArchived || !one.isArchived)) };
}

function mayUse(context: UseCaseContext, template: Template): boolean {
  return context.role !== 'issuer' || (template.isForIssuers && !template.isArchived);
}

function templateNotFound(): AppError {
  return new AppError(
    'TEMPLATE_NOT_FOUND',
    'There is no template with this id that you may use. Look it up in the list of templates.',
  );
}
