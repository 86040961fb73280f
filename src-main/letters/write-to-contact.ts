import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';
import { getApplication } from '#main/partners/get-application.ts';
import { AppError } from '#main/platform/app-error.ts';
import { mailContact } from './mail-contact.ts';

/** Sends the contact of an application what somebody of ours wrote. Throws APPLICATION_NOT_FOUND, WRONG_STATUS while mail is off or
 *  nobody has an address, and INVALID_INPUT for the text of a key. */
export function writeToContact(
  context: UseCaseContext,
  { applicationId, kind, subject, text }: HandlerInput<'notices.mailContact'>,
): Output<'notices.mailContact'> {
  for (const [path, words] of Object.entries({ subject, text })) {
    if (redactKeys(words) === words) continue;
    const message = 'This holds the text of a key, which is never sent by mail. Take it out.';
    throw new AppError('INVALID_INPUT', `${path}: ${message}`, [{ path, message }]);
  }
  const { id, name, contactEmail } = getApplication(context, { applicationId });
  if (contactEmail === '') {
    throw new AppError(
      'WRONG_STATUS',
      'This application has no contact with an address. Set one on its page.',
    );
  }
  return context.command(() => {
    const about = { kind: 'application', id, name } as const;
    const mailed = mailContact(context, { kind, to: contactEmail, subject, text, about });
    if (mailed !== null) return mailed;
    throw new AppError('WRONG_STATUS', 'Mail is not set up. An admin does that under Settings, Notices.');
  });
}
