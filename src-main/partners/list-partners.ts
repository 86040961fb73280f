import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';

/** Partners by name. `text` is part of the name, the contact or the tier, upper and lower case alike. */
export function listPartners(
  context: UseCaseContext,
  input: HandlerInput<'partners.list'>,
): Output<'partners.list'> {
  const partners = context.db.partners.list();
  const text = input.text?.trim().toLowerCase() ?? '';
  if (text === '') return { items: partners };
  const items = partners.filter((partner) =>
    [partner.name, partner.contactName ?? '', partner.contactEmail, partner.tier].some((field) =>
      field.toLowerCase().includes(text),
    ),
  );
  return { items };
}
