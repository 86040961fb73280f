import type { HandlerInput } from '#contract/contract.ts';
import type { Plan } from '#contract/plans.ts';
import type { UseCaseContext } from '#main/context.ts';
import { changedFields, withChanges } from '#main/domain/changed-fields.ts';
import { AppError } from '#main/platform/app-error.ts';
import { limitProblems } from '#main/domain/rule-problems.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { refuseProblems } from '#main/platform/refuse-problems.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';

const FIELDS = ['name', 'rateLimit', 'rateLimits', 'quota'] as const;

/** Changes a plan; keys on it follow at their next verification. Throws PLAN_NOT_FOUND, NAME_TAKEN, INVALID_INPUT. */
export function updatePlan(context: UseCaseContext, input: HandlerInput<'plans.update'>): Plan {
  refuseProblems(limitProblems(input.rateLimits ?? []));
  return context.command(() => {
    const { planId, ...changes } = input;
    const { plans } = context.db;
    const before = plans.get(planId);
    if (before === null) {
      throw new AppError('PLAN_NOT_FOUND', 'There is no plan with this id. Look it up in the list of plans.');
    }
    const after = { ...withChanges(before, changes), updatedAt: context.nowMs };
    const holder = plans.findByName(after.name);
    if (holder !== null && holder !== planId) throw nameTaken('a plan', after.name);
    if (after.name !== before.name) {
      refuseNameTwin(context.db.handle, { kind: 'plan', name: after.name, id: planId });
    }
    plans.update(after);
    return {
      value: after,
      audit: {
        action: 'plans.update',
        subject: { kind: 'plan', id: planId, name: after.name },
        ...changedFields(before, after, FIELDS),
      },
      changed: ['plans', 'keys'],
    };
  });
}
