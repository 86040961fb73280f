import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';

/** Applications by name, of one partner or of all. An unknown partner has none. */
export function listApplications(
  context: UseCaseContext,
  input: HandlerInput<'applications.list'>,
): Output<'applications.list'> {
  return { items: context.db.applications.list(input.partnerId ?? null) };
}
