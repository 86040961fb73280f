import type { HandlerInput } from '#contract/contract.ts';
import type { Application } from '#contract/partners.ts';
import type { UseCaseContext } from '#main/context.ts';
import { changedFields, withChanges } from '#main/domain/changed-fields.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';
import { getApplication } from './get-application.ts';

const FIELDS = ['name', 'contactEmail', 'note', 'externalId'] as const;

/** Changes fields of an application, never its slug. Throws APPLICATION_NOT_FOUND, NAME_TAKEN. */
export function updateApplication(
  context: UseCaseContext,
  input: HandlerInput<'applications.update'>,
): Application {
  return context.command(() => {
    const { applicationId, ...changes } = input;
    const before = getApplication(context, { applicationId });
    const after = { ...withChanges(before, changes), updatedAt: context.nowMs };
    const holder = context.db.applications.findByName(before.partnerId, after.name);
    if (holder !== null && holder !== applicationId) {
      throw nameTaken('an application of this partner', after.name);
    }
    if (after.name !== before.name) {
      const named = { kind: 'application', name: after.name, id: applicationId } as const;
      refuseNameTwin(context.db.handle, { ...named, within: before.partnerId });
    }
    context.db.applications.update(after);
    return {
      value: after,
      audit: {
        action: 'applications.update',
        subject: { kind: 'application', id: applicationId, name: after.name },
        ...changedFields(before, after, FIELDS),
      },
      changed: ['applications', 'keys'],
    };
  });
}
