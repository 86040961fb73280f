import type { HandlerInput } from '#contract/contract.ts';
import { applicationId } from '#contract/ids.ts';
import type { Application } from '#contract/partners.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { AppError } from '#main/platform/app-error.ts';
import { nameTaken } from '#main/platform/name-taken.ts';
import { randomBytes } from '#main/platform/random.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';
import { getApplication } from './get-application.ts';
import { getPartner } from './get-partner.ts';

/** Adds an application to a partner. Its slug is fixed from here on: it becomes part of its keys.
 *  Throws PARTNER_NOT_FOUND, SLUG_TAKEN, NAME_TAKEN. */
export function createApplication(
  context: UseCaseContext,
  input: HandlerInput<'applications.create'>,
): Application {
  return context.command(() => newApplication(context, input));
}

/** The same as a part of a larger command, inside whose transaction it must be called. */
export function newApplication(
  context: UseCaseContext,
  input: HandlerInput<'applications.create'>,
): CommandOutcome<Application> {
  const { applications } = context.db;
  const partner = getPartner(context, input);
  if (applications.findBySlug(input.slug) !== null) {
    const message = `There is already an application with the slug “${input.slug}”. Choose another slug.`;
    throw new AppError('SLUG_TAKEN', message, [{ path: 'slug', message }]);
  }
  if (applications.findByName(input.partnerId, input.name) !== null) {
    throw nameTaken('an application of this partner', input.name);
  }
  refuseNameTwin(context.db.handle, { kind: 'application', name: input.name, within: input.partnerId });
  const id = applicationId.parse(`app_${randomBase62(16, randomBytes)}`);
  applications.insert({
    ...input,
    id,
    partnerName: partner.name,
    keyCount: 0,
    createdAt: context.nowMs,
    updatedAt: context.nowMs,
  });
  return {
    value: getApplication(context, { applicationId: id }),
    audit: {
      action: 'applications.create',
      subject: { kind: 'application', id, name: input.name },
      after: input,
    },
    changed: ['applications', 'partners'],
  };
}
