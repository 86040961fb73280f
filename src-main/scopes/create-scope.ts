import type { HandlerInput } from '#contract/contract.ts';
import { scopeId } from '#contract/ids.ts';
import type { Scope } from '#contract/scopes.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { AppError } from '#main/platform/app-error.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { randomBytes } from '#main/platform/random.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';
import { checkScopeRules } from './check-scope-rules.ts';

/** Adds a scope to a service. Throws SERVICE_NOT_FOUND, NAME_TAKEN, INVALID_INPUT for a path that is no pattern. */
export function createScope(context: UseCaseContext, input: HandlerInput<'scopes.create'>): Scope {
  checkScopeRules(input.rules);
  return context.command(() => {
    const { scopes, services } = context.db;
    if (services.findName(input.serviceId) === null) {
      throw new AppError(
        'SERVICE_NOT_FOUND',
        'There is no service with this id. Look it up in the list of services.',
      );
    }
    if (scopes.findByName(input.serviceId, input.name) !== null) {
      throw nameTaken('a scope of this service', input.name);
    }
    refuseNameTwin(context.db.handle, { kind: 'scope', name: input.name, within: input.serviceId });
    const scope: Scope = {
      ...input,
      id: scopeId.parse(`scp_${randomBase62(16, randomBytes)}`),
      keyCount: 0,
      createdAt: context.nowMs,
      updatedAt: context.nowMs,
    };
    scopes.insert(scope);
    return {
      value: scope,
      audit: {
        action: 'scopes.create',
        subject: { kind: 'scope', id: scope.id, name: scope.name },
        after: input,
      },
      changed: ['scopes', 'services'],
    };
  });
}
