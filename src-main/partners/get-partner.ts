import type { PartnerId } from '#contract/ids.ts';
import type { Partner } from '#contract/partners.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';

/** One partner with its counts. Throws PARTNER_NOT_FOUND. */
export function getPartner(context: UseCaseContext, input: { readonly partnerId: PartnerId }): Partner {
  const partner = context.db.partners.get(input.partnerId);
  if (partner === null) {
    throw new AppError(
      'PARTNER_NOT_FOUND',
      'There is no partner with this id. Look it up in the list of partners.',
    );
  }
  return partner;
}
