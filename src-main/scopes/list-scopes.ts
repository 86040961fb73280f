import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';

/** Scopes by service, then name; of one service or of all. An unknown service has none. */
export function listScopes(
  context: UseCaseContext,
  input: HandlerInput<'scopes.list'>,
): Output<'scopes.list'> {
  return { items: context.db.scopes.list(input.serviceId ?? null) };
}
