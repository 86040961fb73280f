import type { ApplicationId } from '#contract/ids.ts';
import type { Application } from '#contract/partners.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';

/** One application with its partner's name. Throws APPLICATION_NOT_FOUND. */
export function getApplication(
  context: UseCaseContext,
  input: { readonly applicationId: ApplicationId },
): Application {
  const application = context.db.applications.get(input.applicationId);
  if (application === null) {
    throw new AppError(
      'APPLICATION_NOT_FOUND',
      'There is no application with this id. Look it up in the list of applications.',
    );
  }
  return application;
}
