import { ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { Owner } from '#contract/owner-people.ts';
import { useUpdateOwner } from '#renderer/api/commands.ts';
import { useOwnerPeople } from '#renderer/api/handoff-queries.ts';
import { Button } from '#renderer/ui/button.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import {
  contactsObstacle,
  peopleOf,
  ROLE_OPTIONS,
  startPeople,
  withContact,
  type ContactDraft,
  type PeopleDraft,
} from './owner-people-draft.ts';
import styles from './partners.module.css';

interface OwnerPeopleDialogProps {
  readonly owner: Owner;
  /** Of the partner or application. */
  readonly name: string;
  readonly onClose: () => void;
}

/** Everybody who answers for a partner or an application, and its networks. Opens when they are known. */
export function OwnerPeopleDialog(props: OwnerPeopleDialogProps) {
  const { data } = useOwnerPeople({ owner: props.owner });
  return data === undefined ? null : <PeopleForm {...props} present={data} />;
}

function PeopleForm({
  owner,
  name,
  onClose,
  present,
}: OwnerPeopleDialogProps & { readonly present: Output<'owners.get'> }) {
  const update = useUpdateOwner();
  const { say } = useToasts();
  const [draft, setDraft] = useState(() => startPeople(present));
  const submit = async () => {
    const outcome = await update.run({ owner, ...peopleOf(draft) });
    if (!outcome.ok) return;
    say(`People and networks of ${name} saved`);
    onClose();
  };
  const networkError = networkProblem(update.error);
  const inherited = present.inheritedNetworks;
  return (
    <FormDialog
      title={`People and networks of ${name}`}
      size="large"
      submitLabel="Save people and networks"
      isBusy={update.isRunning}
      error={update.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <p className={styles.quiet}>
        The first contact stands in lists. New secrets of rotations go to the technical one.
      </p>
      {draft.contacts.map((contact, index) => (
        <ContactFields
          key={contact.id}
          contact={contact}
          place={index}
          isOnly={draft.contacts.length === 1}
          errorOf={(field) => update.error?.field(`contacts.${String(index)}.${field}`)}
          onChange={(changed) => setDraft(withChanged(draft, index, changed))}
          onFirst={() => setDraft(withFirst(draft, index))}
          onRemove={() =>
            setDraft({ ...draft, contacts: draft.contacts.filter(({ id }) => id !== contact.id) })
          }
        />
      ))}
      <div>
        <Button
          icon={<Plus aria-hidden />}
          disabledReason={contactsObstacle(draft)}
          onClick={() => setDraft(withContact(draft))}
        >
          Add contact
        </Button>
      </div>
      <TextArea
        label="Networks"
        isMono
        isOptional
        rows={4}
        value={draft.networks}
        onChange={(networks) => setDraft({ ...draft, networks })}
        placeholder={inherited.length > 0 ? inherited.join('\n') : '10.20.0.0/16'}
        help={
          inherited.length > 0
            ? 'Empty: those of the partner. One address or network a line.'
            : 'Where the callers sit, one address or network a line. They are offered for bindings of keys and change no key.'
        }
        error={networkError}
      />
    </FormDialog>
  );
}

interface ContactFieldsProps {
  readonly contact: ContactDraft;
  /** From 0. */
  readonly place: number;
  readonly isOnly: boolean;
  readonly errorOf: (field: string) => string | undefined;
  readonly onChange: (changed: ContactDraft) => void;
  readonly onFirst: () => void;
  readonly onRemove: () => void;
}

function ContactFields(props: ContactFieldsProps) {
  const { contact, place, isOnly, errorOf, onChange, onFirst, onRemove } = props;
  const nth = `contact ${String(place + 1)}`;
  return (
    <fieldset className={styles.contact} aria-label={`Contact ${String(place + 1)}`}>
      <Select
        label="For"
        value={contact.role}
        options={ROLE_OPTIONS}
        onChange={(role) => onChange({ ...contact, role })}
      />
      <TextField
        label="Name"
        isOptional
        value={contact.name}
        onChange={(name) => onChange({ ...contact, name })}
        error={errorOf('name')}
      />
      <TextField
        label="E-mail"
        type="email"
        value={contact.email}
        onChange={(email) => onChange({ ...contact, email })}
        error={errorOf('email')}
      />
      <span className={styles.rowActions}>
        <IconButton
          label={`Make ${nth} the first`}
          icon={<ArrowUp aria-hidden />}
          disabledReason={place === 0 ? 'It is the first.' : undefined}
          onClick={onFirst}
        />
        <IconButton
          label={`Remove ${nth}`}
          icon={<Trash2 aria-hidden />}
          disabledReason={isOnly ? 'Somebody must answer for it.' : undefined}
          onClick={onRemove}
        />
      </span>
    </fieldset>
  );
}

function withChanged(draft: PeopleDraft, place: number, changed: ContactDraft): PeopleDraft {
  return {
    ...draft,
    contacts: draft.contacts.map((contact, index) => (index === place ? changed : contact)),
  };
}

function withFirst(draft: PeopleDraft, place: number): PeopleDraft {
  const first = draft.contacts.filter((_contact, index) => index === place);
  return { ...draft, contacts: [...first, ...draft.contacts.filter((_contact, index) => index !== place)] };
}

/** What is wrong with the first network that cannot be read. */
function networkProblem(error: ReturnType<typeof useUpdateOwner>['error']): string | undefined {
  if (error === null) return undefined;
  for (let index = 0; index < 100; index += 1) {
    const problem = error.field(`networks.${String(index)}`);
    if (problem !== undefined) return problem;
  }
  return error.field('networks');
}
