import type { ContactNotice } from '#contract/access-procedures.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { mailContact, type Letter, type MailedLetter } from '#main/letters/mail-contact.ts';
import type { StoredAccessRequest } from '#main/sqlite/access-request-queries.ts';
import type { ContactWords } from './contact-code.ts';

/** Words on their way to the contact. */
export interface ToldContact {
  /** For whoever is to send them: without their text where a mail has it. */
  readonly notice: ContactNotice;
  /** To be joined into the command's outcome; empty while mail is off. */
  readonly mailed: readonly CommandOutcome<MailedLetter>[];
}

/** Sends the code for the contact by mail where that is set up. Call inside a command. */
export function tellContact(
  context: UseCaseContext,
  request: StoredAccessRequest,
  words: ContactWords,
): ToldContact {
  return told(context, request, { ...words, kind: 'contact_code' });
}

/** The same for a question. */
export function tellQuestion(
  context: UseCaseContext,
  request: StoredAccessRequest,
  words: ContactWords,
): ToldContact {
  return told(context, request, { ...words, kind: 'access_question' });
}

function told(
  context: UseCaseContext,
  request: StoredAccessRequest,
  { kind, ...words }: ContactWords & Pick<Letter, 'kind'>,
): ToldContact {
  const mailed = mailContact(context, { ...words, kind, about: aboutOf(request) });
  return mailed === null
    ? { notice: words, mailed: [] }
    : { notice: { ...words, text: null }, mailed: [mailed] };
}

/** Tells a contact that is known already of the approval; nothing where mail is off. Call inside a command. */
export function tellApproved(
  context: UseCaseContext,
  request: StoredAccessRequest,
  link: string | null,
): readonly CommandOutcome<MailedLetter>[] {
  const { application, contactEmail, reference, answer } = request;
  const paragraphs = [
    'Hello,',
    `your request ${reference} for an API key for “${application}” is approved.`,
    ...(answer === '' ? [] : [answer]),
    link === null
      ? 'The key comes to you in an encrypted file, by another way than this mail.'
      : `The key waits behind this link, which shows it once. You need six words for it, which come to you by another way:\n\n    ${link}`,
    'If you did not ask for a key, tell whoever runs the API.',
  ];
  const mailed = mailContact(context, {
    ...{ kind: 'access_approved', to: contactEmail, about: aboutOf(request) },
    subject: `Request ${reference}: approved`,
    text: `${paragraphs.join('\n\n')}\n`,
  });
  return mailed === null ? [] : [mailed];
}

/** Tells the contact that the answer is no, and why; nothing where mail is off. Call inside a command. */
export function tellRejected(
  context: UseCaseContext,
  request: StoredAccessRequest,
  reason: string,
): readonly CommandOutcome<MailedLetter>[] {
  const { application, contactEmail, reference } = request;
  const paragraphs = [
    'Hello,',
    `somebody asked for an API key for “${application}” and named this address as its contact. Request ${reference} is not approved:`,
    reason,
    'You can ask again with other words or for less, in the same way as before.',
    'If you did not ask for a key, you need not do anything.',
  ];
  const mailed = mailContact(context, {
    ...{ kind: 'access_rejected', to: contactEmail, about: aboutOf(request) },
    subject: `Request ${reference}: not approved`,
    text: `${paragraphs.join('\n\n')}\n`,
  });
  return mailed === null ? [] : [mailed];
}

function aboutOf({ id, application }: StoredAccessRequest) {
  return { kind: 'access_request', id, name: application } as const;
}
