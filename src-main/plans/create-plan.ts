import type { HandlerInput } from '#contract/contract.ts';
import { planId } from '#contract/ids.ts';
import type { Plan } from '#contract/plans.ts';
import type { UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { limitProblems } from '#main/domain/rule-problems.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { randomBytes } from '#main/platform/random.ts';
import { refuseProblems } from '#main/platform/refuse-problems.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';

/** Adds a plan: a rate limit and a quota that keys share by name, each key counting for itself. Throws NAME_TAKEN, INVALID_INPUT. */
export function createPlan(context: UseCaseContext, input: HandlerInput<'plans.create'>): Plan {
  refuseProblems(limitProblems(input.rateLimits));
  return context.command(() => {
    const { plans } = context.db;
    if (plans.findByName(input.name) !== null) throw nameTaken('a plan', input.name);
    refuseNameTwin(context.db.handle, { kind: 'plan', name: input.name });
    const plan: Plan = {
      ...input,
      id: planId.parse(`pln_${randomBase62(16, randomBytes)}`),
      keyCount: 0,
      createdAt: context.nowMs,
      updatedAt: context.nowMs,
    };
    plans.insert(plan);
    return {
      value: plan,
      audit: {
        action: 'plans.create',
        subject: { kind: 'plan', id: plan.id, name: plan.name },
        after: input,
      },
      changed: ['plans'],
    };
  });
}
