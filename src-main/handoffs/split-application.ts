import type { HandlerInput } from '#contract/contract.ts';
import type { Application } from '#contract/partners.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { newApplication } from '#main/partners/create-application.ts';
import { getApplication } from '#main/partners/get-application.ts';
import { giveKeys } from './transfer-keys.ts';

/** Makes a second application beside one of a partner and gives it some of its keys. All or nothing.
 *  Throws APPLICATION_NOT_FOUND, SLUG_TAKEN, NAME_TAKEN, KEY_NOT_FOUND, WRONG_STATUS. */
export function splitApplication(
  context: UseCaseContext,
  { applicationId, name, slug, contactEmail, keyIds }: HandlerInput<'applications.split'>,
): Application {
  return context.command(() => {
    const from = getApplication(context, { applicationId });
    const { id } = newApplication(context, {
      partnerId: from.partnerId,
      name,
      slug,
      contactEmail,
      note: '',
      externalId: null,
    }).value;
    for (const keyId of keyIds) {
      const key = context.db.keys.get(keyId);
      if (key === null || key.applicationId === applicationId) continue;
      throw new AppError('WRONG_STATUS', `“${key.name}” is no key of “${from.name}”. Load the list again.`);
    }
    const further = giveKeys(context, keyIds, getApplication(context, { applicationId: id }));
    return {
      value: getApplication(context, { applicationId: id }),
      audit: {
        action: 'applications.split',
        subject: { kind: 'application', id, name },
        after: {
          from: applicationId,
          fromName: from.name,
          slug,
          contactEmail,
          keyCount: new Set(keyIds).size,
        },
      },
      furtherAudits: further,
      changed: ['applications', 'partners', 'keys', 'handoffs'],
    };
  });
}
