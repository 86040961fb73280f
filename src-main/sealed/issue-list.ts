import type { HandlerInput, Output } from '#contract/contract.ts';
import type { ApplicationId, PartnerId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { IssueLine, IssueRow } from '#contract/issue-list.ts';
import type { NewHandoff } from '#contract/handoffs.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { handoffStateAt } from '#main/domain/handoff-steps.ts';
import { oneLine } from '#main/domain/notice-words.ts';
import { readIssueList } from '#main/domain/read-issue-list.ts';
import { issueInto, type HandedOff } from '#main/handoffs/create-handoff.ts';
import { joinOutcomes } from '#main/handoffs/handoff-step.ts';
import { loadHandoff, viewHandoff } from '#main/handoffs/handoff-view.ts';
import { holdCode } from '#main/handoffs/held-code.ts';
import { isMailOn, mailContact, type MailedLetter } from '#main/letters/mail-contact.ts';
import { newApplication } from '#main/partners/create-application.ts';
import { newPartner } from '#main/partners/create-partner.ts';
import { freeSlug } from '#main/partners/free-slug.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import { createIssueListQueries } from '#main/sqlite/issue-list-queries.ts';
import { lockSecret, prepareSeal, type SealedParts } from './create-sealed.ts';

type IssueInput = HandlerInput<'handoffs.issueLine'>;

/** What a list would make. Throws IMPORT_UNREADABLE. */
export function previewList(
  context: UseCaseContext,
  { text }: HandlerInput<'handoffs.previewList'>,
): Output<'handoffs.previewList'> {
  const { lines, problems, unreadable } = readIssueList(text);
  if (unreadable !== null) throw new AppError('IMPORT_UNREADABLE', unreadable);
  const rows: IssueRow[] = [];
  const refused = [...problems];
  for (const line of lines) {
    const message = templateProblem(context, line);
    if (message === null) rows.push(previewOf(context, line));
    else refused.push({ line: line.line, name: line.team, message });
  }
  return {
    rows,
    problems: refused.toSorted((one, other) => one.line - other.line),
    isMailOn: isMailOn(context),
  };
}

/** Makes handoffs.issueLine: see the contract. Throws as partners.create, applications.create, keys.createFromTemplate and
 *  handoffs.create do, and RECIPIENT_KEY_MISSING before anything is made. */
export function createIssueLine(parts: SealedParts) {
  return async (context: UseCaseContext, input: IssueInput): Promise<Output<'handoffs.issueLine'>> => {
    const message = templateProblem(context, input);
    if (message !== null) throw new AppError('TEMPLATE_NOT_FOUND', message);
    const before = ownersOf(context, input);
    const there = keyOf(context, before.applicationId, input);
    if (there !== null) return { ...NOTHING_TOLD, kind: 'there', keyId: there, handoff: null };
    const seal = { seal: 'recipient_key', withPassport: false } as const;
    const slug = freeSlug(context, input.application);
    const prepared =
      input.delivery === 'link'
        ? null
        : await prepareSeal(context, seal.seal, { partnerId: before.partnerId, applicationSlug: slug });
    let secret = '';
    const made = context.command(() => {
      const handed = issued(context, input, prepared?.detail);
      secret = handed.secret;
      return handed.outcome;
    });
    if (prepared === null) return made;
    const handoff = must(made.handoff, 'a handoff was made');
    const { file } = await lockSecret(parts, context, { input: seal, prepared, handoff, secret });
    return { ...made, file };
  };
}

const NOTHING_TOLD = { link: null, file: null, mailedTo: null } as const;

function issued(
  context: UseCaseContext,
  input: IssueInput,
  detail: string | undefined,
): { readonly outcome: CommandOutcome<Output<'handoffs.issueLine'>>; readonly secret: string } {
  const { team, contact, keyName, environment, expiresInMs, onExpiry } = input;
  const owner = madeOwners(context, input);
  // Sent by two people at the same moment.
  if (keyOf(context, owner.applicationId, input) !== null) {
    throw new AppError('WRONG_STATUS', 'This line was issued at this moment by somebody else.');
  }
  const handed = issueInto(context, {
    templateId: must(context.db.templates.findByName(input.template), 'it was looked up before'),
    ...{ applicationId: owner.applicationId, name: keyName, environment },
    ...{ recipientName: team, recipientContact: contact, message: '', note: NOTE, expiresInMs, onExpiry },
    channel: input.delivery === 'link' ? 'link' : 'sealed_file',
    ...(detail === undefined ? {} : { detail }),
  });
  const { value } = handed.outcome;
  if (value.code !== null) holdCode(context, value.handoff.id, value.code);
  const handoff = viewHandoff(context, loadHandoff(context, value.handoff.id));
  const mailed = input.byMail ? mailedLink(context, handed, contact) : [];
  const outcome = joinOutcomes([...owner.made, handed.outcome, ...mailed], {
    value: {
      ...({ kind: 'issued', keyId: value.key.keyId, handoff, file: null } as const),
      link: mailed.length === 0 ? value.link : null,
      mailedTo: mailed.length === 0 ? null : contact,
    },
    audit: {
      action: 'handoffs.issueLine',
      subject: { kind: 'key', id: value.key.keyId, name: keyName },
      after: { team, application: input.application, contact, handoffId: value.handoff.id },
    },
    changed: ['keys', 'handoffs'],
  });
  return { outcome, secret: handed.secret };
}

const NOTE = 'Issued beforehand, by a list of teams.';

function mailedLink(
  context: UseCaseContext,
  { outcome }: HandedOff<NewHandoff & { readonly key: Key }>,
  contact: string,
): readonly CommandOutcome<MailedLetter>[] {
  const { link, handoff, key } = outcome.value;
  if (link === null) return [];
  const mailed = mailContact(context, {
    ...{ kind: 'handoff_link', to: contact, subject: `Your API key “${oneLine(key.name)}”` },
    about: { kind: 'handoff', id: handoff.id, name: handoff.recipientName },
    text: [
      'Hello,',
      `there is an API key for “${oneLine(key.applicationName)}”. It waits behind this link, which shows it once:\n\n    ${link}`,
      'The page asks for six words, which come to you by another way. Ask whoever runs the API if you do not get them.\n',
    ].join('\n\n'),
  });
  return mailed === null ? [] : [mailed];
}

interface Owners {
  readonly partnerId: PartnerId | null;
  readonly applicationId: ApplicationId | null;
}

function ownersOf({ db }: UseCaseContext, { team, application }: IssueLine | IssueInput): Owners {
  const partnerId = db.partners.findByName(team);
  return {
    partnerId,
    applicationId: partnerId === null ? null : db.applications.findByName(partnerId, application),
  };
}

/** The application of the line, with what had to be made for it. */
function madeOwners(
  context: UseCaseContext,
  input: IssueInput,
): { readonly applicationId: ApplicationId; readonly made: readonly CommandOutcome<unknown>[] } {
  const { team, application, contact: contactEmail, tier } = input;
  const before = ownersOf(context, input);
  if (before.applicationId !== null) return { applicationId: before.applicationId, made: [] };
  const fields = { contactEmail, note: NOTE };
  const partner =
    before.partnerId === null
      ? newPartner(context, { ...fields, name: team, tier, contactName: null, recipientKey: null })
      : null;
  const made = newApplication(context, {
    ...{ ...fields, name: application, slug: freeSlug(context, application), externalId: null },
    partnerId: must(before.partnerId ?? partner?.value.id ?? null, 'it was there or was made'),
  });
  return { applicationId: made.value.id, made: partner === null ? [made] : [partner, made] };
}

function keyOf(
  { db }: UseCaseContext,
  applicationId: ApplicationId | null,
  { keyName: name, environment }: Pick<IssueLine, 'keyName' | 'environment'>,
): Key['keyId'] | null {
  return applicationId === null
    ? null
    : createIssueListQueries(db.handle).find({ applicationId, name, environment });
}

/** Why no key of this template can be made; null = one can. */
function templateProblem(
  { db }: UseCaseContext,
  { template, environment }: Pick<IssueLine, 'template' | 'environment'>,
): string | null {
  const id = db.templates.findByName(template);
  const found = id === null ? null : db.templates.get(id);
  if (found === null) return `Template: There is none that is called “${oneLine(template)}”.`;
  if (found.isArchived) return 'Template: It is archived.';
  return found.environment === null || found.environment === environment
    ? null
    : `Environment: The template is for ${found.environment} keys.`;
}

function previewOf(context: UseCaseContext, line: IssueLine & { readonly line: number }): IssueRow {
  const { partnerId, applicationId } = ownersOf(context, line);
  const keyId = keyOf(context, applicationId, line);
  const [handoff] =
    keyId === null
      ? []
      : context.db.handoffList.page(
          { keyId },
          { beforeMs: Number.MAX_SAFE_INTEGER, beforeId: '', limit: 1, nowMs: context.nowMs },
        );
  return {
    ...line,
    kind: keyId === null ? 'issue' : 'there',
    isNewTeam: partnerId === null,
    isNewApplication: applicationId === null,
    keyId,
    handoffId: handoff?.id ?? null,
    handoffState: handoff === undefined ? null : handoffStateAt(handoff, context.nowMs),
  };
}
