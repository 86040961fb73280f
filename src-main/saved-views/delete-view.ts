import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { pickFields } from '#main/domain/changed-fields.ts';
import { getView } from './get-view.ts';

/** Deletes a saved view; the audit event keeps what it was. Throws VIEW_NOT_FOUND. */
export function deleteView(
  context: UseCaseContext,
  input: HandlerInput<'views.delete'>,
): Output<'views.delete'> {
  return context.command(() => {
    const view = getView(context, input.viewId);
    context.db.savedViews.delete(view.id);
    return {
      value: { deleted: true },
      audit: {
        action: 'views.delete',
        subject: { kind: 'view', id: view.id, name: view.name },
        before: pickFields(view, ['screen', 'name', 'search', 'columns']),
      },
      changed: ['views'],
    };
  });
}
