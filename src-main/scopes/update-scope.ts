import type { HandlerInput } from '#contract/contract.ts';
import type { Scope } from '#contract/scopes.ts';
import type { UseCaseContext } from '#main/context.ts';
import { changedFields, withChanges } from '#main/domain/changed-fields.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';
import { checkScopeRules } from './check-scope-rules.ts';
import { getScope } from './get-scope.ts';

const FIELDS = ['name', 'description', 'rules'] as const;

/** Changes a scope; keys that hold it follow at their next verification.
 *  Throws SCOPE_NOT_FOUND, NAME_TAKEN, INVALID_INPUT for a path that is no pattern. */
export function updateScope(context: UseCaseContext, input: HandlerInput<'scopes.update'>): Scope {
  if (input.rules !== undefined) checkScopeRules(input.rules);
  return context.command(() => {
    const { scopeId, ...changes } = input;
    const before = getScope(context, scopeId);
    const after = { ...withChanges(before, changes), updatedAt: context.nowMs };
    const holder = context.db.scopes.findByName(before.serviceId, after.name);
    if (holder !== null && holder !== scopeId) throw nameTaken('a scope of this service', after.name);
    if (after.name !== before.name) {
      const named = { kind: 'scope', name: after.name, id: scopeId } as const;
      refuseNameTwin(context.db.handle, { ...named, within: before.serviceId });
    }
    context.db.scopes.update(after);
    return {
      value: after,
      audit: {
        action: 'scopes.update',
        subject: { kind: 'scope', id: scopeId, name: after.name },
        ...changedFields(before, after, FIELDS),
      },
      changed: ['scopes', 'keys'],
    };
  });
}
