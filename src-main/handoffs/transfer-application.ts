import type { HandlerInput } from '#contract/contract.ts';
import type { Application } from '#contract/partners.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { createOwnerPeopleQueries } from '#main/sqlite/owner-people-queries.ts';
import { getApplication } from '#main/partners/get-application.ts';
import { getPartner } from '#main/partners/get-partner.ts';
import { readOwnerPeople } from '#main/partners/owner-people.ts';
import { refuseSamples } from '#main/partners/refuse-samples.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';
import { withdrawLinks } from './withdraw-links.ts';

/** Gives an application with all its keys to another partner. Its further contacts and its networks are of the former one and do not come
 *  along: links to new secrets go to the contact who answers for it from now on, and links that are out are withdrawn. Throws APPLICATION_NOT_FOUND, PARTNER_NOT_FOUND, NAME_TAKEN, and
 *  WRONG_STATUS when it is there already. */
export function transferApplication(
  context: UseCaseContext,
  { applicationId, partnerId, contactEmail }: HandlerInput<'applications.transfer'>,
): Application {
  return context.command(() => {
    const { applications } = context.db;
    const before = getApplication(context, { applicationId });
    const partner = getPartner(context, { partnerId });
    if (before.partnerId === partnerId) {
      throw new AppError('WRONG_STATUS', `“${before.name}” belongs to “${partner.name}” already.`);
    }
    refuseSamples(context, [before.partnerId, partnerId]);
    if (applications.findByName(partnerId, before.name) !== null) {
      throw nameTaken('an application of this partner', before.name);
    }
    refuseNameTwin(context.db.handle, { kind: 'application', name: before.name, within: partnerId });
    applications.transfer({
      ...before,
      partnerId,
      contactEmail: contactEmail ?? before.contactEmail,
      updatedAt: context.nowMs,
    });
    const after = getApplication(context, { applicationId });
    const owner = { kind: 'application', applicationId } as const;
    const { contacts, networks } = readOwnerPeople(context, { owner });
    const left = { contacts: contacts.slice(1), networks };
    createOwnerPeopleQueries(context.db.handle).replace(applicationId, { contacts: [], networks: [] });
    const told = ({ partnerId: id, partnerName, contactEmail: email }: Application) => ({
      partnerId: id,
      partnerName,
      ...(contactEmail === undefined ? {} : { contactEmail: email }),
    });
    return {
      value: after,
      audit: {
        action: 'applications.transfer',
        subject: { kind: 'application', id: applicationId, name: before.name },
        before: { ...told(before), ...(left.contacts.length + networks.length > 0 ? left : {}) },
        after: told(after),
      },
      furtherAudits: withdrawLinks(context, (key) => key.applicationId === applicationId),
      changed: ['applications', 'partners', 'keys', 'handoffs'],
    };
  });
}
