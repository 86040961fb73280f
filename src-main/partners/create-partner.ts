import type { HandlerInput } from '#contract/contract.ts';
import { partnerId } from '#contract/ids.ts';
import type { Partner } from '#contract/partners.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { randomBytes } from '#main/platform/random.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';
import { getPartner } from './get-partner.ts';
import { tidyRecipientKey } from './recipient-key.ts';

/** Adds a partner. Throws NAME_TAKEN, and INVALID_INPUT for a recipient key that is none. */
export function createPartner(context: UseCaseContext, input: HandlerInput<'partners.create'>): Partner {
  return context.command(() => newPartner(context, input));
}

/** The same as a part of a larger command, inside whose transaction it must be called. */
export function newPartner(
  context: UseCaseContext,
  input: HandlerInput<'partners.create'>,
): CommandOutcome<Partner> {
  const recipientKey = tidyRecipientKey(input.recipientKey);
  const { partners } = context.db;
  if (partners.findByName(input.name) !== null) throw nameTaken('a partner', input.name);
  refuseNameTwin(context.db.handle, { kind: 'partner', name: input.name });
  const id = partnerId.parse(`par_${randomBase62(16, randomBytes)}`);
  partners.insert({
    ...input,
    recipientKey,
    id,
    applicationCount: 0,
    keyCount: 0,
    createdAt: context.nowMs,
    updatedAt: context.nowMs,
  });
  return {
    value: getPartner(context, { partnerId: id }),
    audit: {
      action: 'partners.create',
      subject: { kind: 'partner', id, name: input.name },
      after: { ...input, recipientKey },
    },
    changed: ['partners'],
  };
}
