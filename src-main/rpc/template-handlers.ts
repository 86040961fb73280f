import { applyTemplate } from '#main/templates/apply-template.ts';
import { createCountDrift } from '#main/templates/count-drift.ts';
import { createTemplate } from '#main/templates/create-template.ts';
import { deleteTemplate } from '#main/templates/delete-template.ts';
import { getTemplate, listTemplates } from '#main/templates/get-template.ts';
import { createListTemplateKeys } from '#main/templates/list-template-keys.ts';
import { TemplateApplies } from '#main/templates/template-applies.ts';
import { updateTemplate } from '#main/templates/update-template.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

/** What answers the procedures on templates. */
export function createTemplateHandlers(services: Pick<HandlerServices, 'jobs' | 'announce' | 'monotonicMs'>) {
  const applies = new TemplateApplies(services);
  return {
    'templates.list': listTemplates,
    'templates.get': getTemplate,
    'templates.keys': createListTemplateKeys(services.monotonicMs),
    'templates.create': createTemplate,
    'templates.update': updateTemplate,
    'templates.delete': deleteTemplate,
    'templates.apply': applyTemplate,
    'templates.drift': createCountDrift(services.monotonicMs),
    'templates.applyToMany': (context, input) => applies.start(context, input),
    'templates.applied': (_context, input) => applies.last(input),
    'templates.undoApply': (context, input) => applies.undo(context, input),
  } satisfies Partial<Handlers>;
}
