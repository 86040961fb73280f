import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { pickFields } from '#main/domain/changed-fields.ts';
import { createOwnerPeopleQueries } from '#main/sqlite/owner-people-queries.ts';
import { getPartner } from './get-partner.ts';
import { refuseWithKeys } from './refuse-with-keys.ts';

const FIELDS = ['name', 'tier', 'contactName', 'contactEmail', 'note', 'recipientKey'] as const;

/** Deletes a partner under whom no key was ever made, with its applications. Throws PARTNER_NOT_FOUND, HAS_KEYS. */
export function deletePartner(
  context: UseCaseContext,
  { partnerId }: HandlerInput<'partners.delete'>,
): Output<'partners.delete'> {
  return context.command(() => {
    const { applications, partners } = context.db;
    const partner = getPartner(context, { partnerId });
    refuseWithKeys(context, { applicationId: null, partnerId }, partner.name);
    const held = applications.list(partnerId);
    const people = createOwnerPeopleQueries(context.db.handle);
    for (const { id } of held) {
      people.replace(id, { contacts: [], networks: [] });
      applications.delete(id);
    }
    people.replace(partnerId, { contacts: [], networks: [] });
    partners.delete(partnerId);
    return {
      value: { deleted: true },
      audit: {
        action: 'partners.delete',
        subject: { kind: 'partner', id: partnerId, name: partner.name },
        before: {
          ...pickFields(partner, FIELDS),
          applications: held.map((one) => pickFields(one, ['id', 'name', 'slug', 'contactEmail'])),
        },
      },
      changed: ['partners', 'applications'],
    };
  });
}
