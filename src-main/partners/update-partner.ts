import type { HandlerInput } from '#contract/contract.ts';
import type { Partner } from '#contract/partners.ts';
import type { UseCaseContext } from '#main/context.ts';
import { changedFields, withChanges } from '#main/domain/changed-fields.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';
import { getPartner } from './get-partner.ts';
import { tidyRecipientKey } from './recipient-key.ts';

const FIELDS = ['name', 'tier', 'contactName', 'contactEmail', 'note', 'recipientKey'] as const;

/** Changes fields of a partner. Throws PARTNER_NOT_FOUND, NAME_TAKEN, and INVALID_INPUT for a recipient key
 *  that is none. */
export function updatePartner(context: UseCaseContext, input: HandlerInput<'partners.update'>): Partner {
  return context.command(() => {
    const { partnerId, recipientKey, ...others } = input;
    const changes =
      recipientKey === undefined ? others : { ...others, recipientKey: tidyRecipientKey(recipientKey) };
    const before = getPartner(context, { partnerId });
    const after = { ...withChanges(before, changes), updatedAt: context.nowMs };
    const holder = context.db.partners.findByName(after.name);
    if (holder !== null && holder !== partnerId) throw nameTaken('a partner', after.name);
    if (after.name !== before.name) {
      refuseNameTwin(context.db.handle, { kind: 'partner', name: after.name, id: partnerId });
    }
    context.db.partners.update(after);
    return {
      value: after,
      audit: {
        action: 'partners.update',
        subject: { kind: 'partner', id: partnerId, name: after.name },
        ...changedFields(before, after, FIELDS),
      },
      changed: ['partners'],
    };
  });
}
