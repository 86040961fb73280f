import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';

/** The saved views of one screen, by name. */
export function listViews(context: UseCaseContext, input: HandlerInput<'views.list'>): Output<'views.list'> {
  return { items: context.db.savedViews.list(input.screen) };
}
