import type { HandlerInput, Output } from '#contract/contract.ts';
import type { ApplicationId, PartnerId } from '#contract/ids.ts';
import type { Contact, ContactRole, Owner } from '#contract/owner-people.ts';
import type { UseCaseContext } from '#main/context.ts';
import { networkProblems } from '#main/domain/network-problems.ts';
import { AppError } from '#main/platform/app-error.ts';
import { refuseProblems } from '#main/platform/refuse-problems.ts';
import { createOwnerPeopleQueries } from '#main/sqlite/owner-people-queries.ts';
import { getApplication } from './get-application.ts';
import { getPartner } from './get-partner.ts';

/** Everybody who answers for a partner or an application, and its networks. Throws PARTNER_NOT_FOUND, APPLICATION_NOT_FOUND. */
export function readOwnerPeople(
  context: UseCaseContext,
  { owner }: HandlerInput<'owners.get'>,
): Output<'owners.get'> {
  const queries = createOwnerPeopleQueries(context.db.handle);
  const { id, first, partnerId } = loadOwner(context, owner);
  const networks = queries.networks(id);
  return {
    contacts: withFirst(first, queries.contacts(id)),
    networks,
    inheritedNetworks: partnerId === null || networks.length > 0 ? [] : queries.networks(partnerId),
  };
}

/** Replaces them. Throws PARTNER_NOT_FOUND, APPLICATION_NOT_FOUND, and INVALID_INPUT for what is no network and for an address that is
 *  named twice. */
export function updateOwnerPeople(
  context: UseCaseContext,
  { owner, contacts, networks }: HandlerInput<'owners.update'>,
): Output<'owners.update'> {
  refuseProblems(networkProblems('networks', networks));
  refuseTwice(contacts);
  return context.command(() => {
    const before = readOwnerPeople(context, { owner });
    const { id, name } = loadOwner(context, owner);
    createOwnerPeopleQueries(context.db.handle).replace(id, { contacts, networks });
    writeFirst(context, owner, contacts);
    const after = readOwnerPeople(context, { owner });
    return {
      value: after,
      audit: {
        action: 'owners.update',
        subject: { kind: owner.kind, id, name },
        before: { contacts: before.contacts, networks: before.networks },
        after: { contacts: after.contacts, networks: after.networks },
      },
      changed: ['partners', 'applications', 'keys'],
    };
  });
}

/** Address of an application's contact for something; the first where nobody has that role. Throws APPLICATION_NOT_FOUND. */
export function contactOfRole(
  context: UseCaseContext,
  applicationId: ApplicationId,
  role: ContactRole,
): string {
  const { contacts } = readOwnerPeople(context, { owner: { kind: 'application', applicationId } });
  return (contacts.find((contact) => contact.role === role) ?? contacts[0])?.email ?? '';
}

/** Networks in which callers of an application are expected: its own, else those of its partner; empty when nobody said. Throws
 *  APPLICATION_NOT_FOUND. */
export function networksOf(context: UseCaseContext, applicationId: ApplicationId): readonly string[] {
  const people = readOwnerPeople(context, { owner: { kind: 'application', applicationId } });
  return people.networks.length > 0 ? people.networks : people.inheritedNetworks;
}

interface LoadedOwner {
  readonly id: PartnerId | ApplicationId;
  readonly name: string;
  /** As it stands in the owner's own row. */
  readonly first: Pick<Contact, 'name' | 'email'>;
  /** Of an application. */
  readonly partnerId: PartnerId | null;
}

function loadOwner(context: UseCaseContext, owner: Owner): LoadedOwner {
  if (owner.kind === 'partner') {
    const { id, name, contactName, contactEmail } = getPartner(context, owner);
    return { id, name, first: { name: contactName, email: contactEmail }, partnerId: null };
  }
  const { id, name, contactEmail, partnerId } = getApplication(context, owner);
  return { id, name, first: { name: null, email: contactEmail }, partnerId };
}

/** The owner's row says who is first: it may have been changed by itself since. */
function withFirst(first: LoadedOwner['first'], stored: readonly Contact[]): readonly Contact[] {
  const [top, ...others] = stored;
  const isSame = top?.email.toLowerCase() === first.email.toLowerCase();
  const role = top?.role ?? 'technical';
  const rest = others.filter(({ email }) => email.toLowerCase() !== first.email.toLowerCase());
  return [{ role, name: first.name ?? (isSame ? top.name : null), email: first.email }, ...rest];
}

function writeFirst({ db, nowMs }: UseCaseContext, owner: Owner, contacts: readonly Contact[]): void {
  const [first] = contacts;
  if (first === undefined) return;
  const changed = { contactEmail: first.email, updatedAt: nowMs };
  if (owner.kind === 'partner') {
    const partner = db.partners.get(owner.partnerId);
    if (partner !== null) db.partners.update({ ...partner, ...changed, contactName: first.name });
    return;
  }
  const application = db.applications.get(owner.applicationId);
  if (application !== null) db.applications.update({ ...application, ...changed });
}

function refuseTwice(contacts: readonly Contact[]): void {
  const emails = contacts.map(({ email }) => email.toLowerCase());
  const twice = emails.findIndex((email, index) => emails.indexOf(email) !== index);
  if (twice === -1) return;
  const message = 'This address is named twice.';
  throw new AppError('INVALID_INPUT', `contacts: ${message}`, [
    { path: `contacts.${String(twice)}.email`, message },
  ]);
}
