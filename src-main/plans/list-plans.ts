import type { Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';

/** Every plan, by name, with how many keys are on it. */
export function listPlans(context: UseCaseContext): Output<'plans.list'> {
  return { items: context.db.plans.list() };
}
