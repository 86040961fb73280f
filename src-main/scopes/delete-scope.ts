import type { HandlerInput, Output } from '#contract/contract.ts';
import { RESTORE_WINDOW_MS } from '#contract/restore-window.ts';
import type { UseCaseContext } from '#main/context.ts';
import { pickFields } from '#main/domain/changed-fields.ts';
import { AppError } from '#main/platform/app-error.ts';
import { getScope } from './get-scope.ts';

/** Deletes a scope that no key needs. Keys that are revoked for good lose it. Throws SCOPE_NOT_FOUND, and SCOPE_IN_USE
 *  while a key that works, or that may still be restored, holds it: nobody loses access by accident. The same while a template gives it. */
export function deleteScope(
  context: UseCaseContext,
  input: HandlerInput<'scopes.delete'>,
): Output<'scopes.delete'> {
  return context.command(() => {
    const scope = getScope(context, input.scopeId);
    const holders = context.db.scopes.countHolders(scope.id, context.nowMs - RESTORE_WINDOW_MS);
    if (holders > 0) {
      const keys = holders === 1 ? '1 key holds' : `${String(holders)} keys hold`;
      throw new AppError(
        'SCOPE_IN_USE',
        `${keys} the scope “${scope.name}”. Take it from the keys first, or revoke them and wait until they cannot be restored.`,
      );
    }
    const template = context.db.templates.findByScope(scope.id);
    if (template !== null) {
      throw new AppError(
        'SCOPE_IN_USE',
        `The template “${template}” gives the scope “${scope.name}”. Take it from the template first.`,
      );
    }
    context.db.scopes.delete(scope.id);
    return {
      value: { deleted: true },
      audit: {
        action: 'scopes.delete',
        subject: { kind: 'scope', id: scope.id, name: scope.name },
        before: pickFields(scope, ['serviceId', 'name', 'description', 'rules']),
      },
      changed: ['scopes', 'services', 'keys'],
    };
  });
}
