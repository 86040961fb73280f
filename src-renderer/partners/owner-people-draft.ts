import type { CallInput, Output } from '#contract/contract.ts';
import { CONTACTS_MAX, type ContactRole } from '#contract/owner-people.ts';
import type { Option } from '#renderer/ui/select.tsx';

/** One contact as it is typed. */
export interface ContactDraft {
  /** For the list alone. */
  readonly id: number;
  readonly role: ContactRole;
  readonly name: string;
  readonly email: string;
}

/** All that a person fills in. Networks: one a line. */
export interface PeopleDraft {
  readonly contacts: readonly ContactDraft[];
  readonly networks: string;
}

/** What a contact is for, in words. */
export const ROLE_WORDS: Readonly<Record<ContactRole, string>> = {
  technical: 'Technical',
  owner: 'Owner',
  billing: 'Billing',
};
export const ROLE_OPTIONS: readonly Option<ContactRole>[] = [
  { value: 'technical', label: 'Technical', detail: 'new secrets' },
  { value: 'owner', label: 'Owner' },
  { value: 'billing', label: 'Billing' },
];

/** The draft that a dialog starts with. */
export function startPeople({ contacts, networks }: Output<'owners.get'>): PeopleDraft {
  return {
    contacts: contacts.map(({ role, name, email }, id) => ({ id, role, name: name ?? '', email })),
    networks: networks.join('\n'),
  };
}

/** With one more contact at the end. */
export function withContact(draft: PeopleDraft): PeopleDraft {
  const id = Math.max(-1, ...draft.contacts.map((contact) => contact.id)) + 1;
  return { ...draft, contacts: [...draft.contacts, { id, role: 'technical', name: '', email: '' }] };
}

/** Why there can be no further contact; undefined when there can. */
export function contactsObstacle({ contacts }: PeopleDraft): string | undefined {
  return contacts.length < CONTACTS_MAX ? undefined : `At most ${String(CONTACTS_MAX)} contacts.`;
}

/** The draft as the command takes it. */
export function peopleOf(draft: PeopleDraft): Pick<CallInput<'owners.update'>, 'contacts' | 'networks'> {
  return {
    contacts: draft.contacts.map(({ role, name, email }) => ({
      role,
      name: name.trim() === '' ? null : name,
      email: email.trim(),
    })),
    networks: draft.networks.split(/[\s,;]+/).filter((network) => network !== ''),
  };
}
