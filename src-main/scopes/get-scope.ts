import type { ScopeId } from '#contract/ids.ts';
import type { Scope } from '#contract/scopes.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';

/** One scope with its rules. Throws SCOPE_NOT_FOUND. */
export function getScope(context: UseCaseContext, scopeId: ScopeId): Scope {
  const scope = context.db.scopes.get(scopeId);
  if (scope === null) {
    throw new AppError(
      'SCOPE_NOT_FOUND',
      'There is no scope with this id. Look it up in the list of scopes.',
    );
  }
  return scope;
}
