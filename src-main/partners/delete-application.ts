import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { pickFields } from '#main/domain/changed-fields.ts';
import { createOwnerPeopleQueries } from '#main/sqlite/owner-people-queries.ts';
import { getApplication } from './get-application.ts';
import { refuseWithKeys } from './refuse-with-keys.ts';

/** Deletes an application that never had a key; its slug is free again. Throws APPLICATION_NOT_FOUND, HAS_KEYS. */
export function deleteApplication(
  context: UseCaseContext,
  { applicationId }: HandlerInput<'applications.delete'>,
): Output<'applications.delete'> {
  return context.command(() => {
    const application = getApplication(context, { applicationId });
    refuseWithKeys(context, { applicationId, partnerId: null }, application.name);
    createOwnerPeopleQueries(context.db.handle).replace(applicationId, { contacts: [], networks: [] });
    context.db.applications.delete(applicationId);
    return {
      value: { deleted: true },
      audit: {
        action: 'applications.delete',
        subject: { kind: 'application', id: applicationId, name: application.name },
        before: pickFields(application, ['partnerId', 'name', 'slug', 'contactEmail', 'note', 'externalId']),
      },
      changed: ['applications', 'partners'],
    };
  });
}
