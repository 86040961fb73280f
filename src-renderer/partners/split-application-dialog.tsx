import { useState } from 'react';
import type { KeyId } from '#contract/ids.ts';
import { KEY_STATUSES, type KeySummary } from '#contract/keys.ts';
import type { Application } from '#contract/partners.ts';
import { TRANSFER_KEYS_MAX } from '#contract/transfer.ts';
import { useSplitApplication } from '#renderer/api/commands.ts';
import { useKeysPage } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { StatusChip } from '#renderer/ui/chip.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './partners.module.css';
import { SlugField, slugOf } from './slug-field.tsx';

const LIVE = KEY_STATUSES.filter((status) => status !== 'revoked');

interface SplitApplicationProps {
  readonly application: Application;
  readonly onClose: () => void;
}

/** Makes a second application of one: a name, a contact, and the keys that go along. Mounted only while open. */
export function SplitApplicationDialog({ application, onClose }: SplitApplicationProps) {
  const split = useSplitApplication();
  const forbidden = useForbidden()('applications.split');
  const keys = useKeysPage({
    filter: { applicationId: application.id, status: LIVE },
    limit: TRANSFER_KEYS_MAX,
  });
  const { say } = useToasts();
  const [draft, setDraft] = useState({ name: '', slug: '', contactEmail: application.contactEmail });
  const [chosen, setChosen] = useState<ReadonlySet<KeyId>>(new Set());
  const set = (change: Partial<typeof draft>) => setDraft((former) => ({ ...former, ...change }));
  const error = (path: string) => split.error?.field(path);
  const slug = draft.slug === '' ? slugOf(draft.name) : draft.slug;
  const submit = async () => {
    const { name, contactEmail } = draft;
    const input = { applicationId: application.id, name, slug, contactEmail, keyIds: [...chosen] };
    const outcome = await split.run(input);
    if (!outcome.ok) return;
    say(`${outcome.data.name} has ${counted(outcome.data.keyCount, 'key')} now`);
    onClose();
  };
  return (
    <FormDialog
      title={`Split ${application.name}`}
      description="A second application of the same partner, with its own contact and figures. The keys that go along work on as they are, with the slug that is in them; new keys of it get the new slug."
      submitLabel="Split application"
      isBusy={split.isRunning}
      disabledReason={forbidden ?? (chosen.size === 0 ? 'Choose at least one key.' : undefined)}
      error={split.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        value={draft.name}
        onChange={(name) => set({ name })}
        error={error('name')}
        required
      />
      <SlugField slug={slug} isFixed={false} onChange={(text) => set({ slug: text })} error={error('slug')} />
      <TextField
        label="Contact e-mail"
        type="email"
        value={draft.contactEmail}
        onChange={(contactEmail) => set({ contactEmail })}
        error={error('contactEmail')}
        required
      />
      <fieldset className={styles.choice}>
        <legend>Keys that go along</legend>
        <AsyncRegion
          query={keys}
          subject="The keys"
          isEmpty={(data) => data.items.length === 0}
          empty={<EmptyState title="This application has no key that works" />}
        >
          {(data) => <KeyChoice items={data.items} chosen={chosen} onChange={setChosen} />}
        </AsyncRegion>
      </fieldset>
    </FormDialog>
  );
}

interface KeyChoiceProps {
  readonly items: readonly KeySummary[];
  readonly chosen: ReadonlySet<KeyId>;
  readonly onChange: (chosen: ReadonlySet<KeyId>) => void;
}

function KeyChoice({ items, chosen, onChange }: KeyChoiceProps) {
  return (
    <ul className={styles.held}>
      {items.map(({ keyId, name, status }) => (
        <li key={keyId}>
          <Checkbox
            label={name}
            isChecked={chosen.has(keyId)}
            onChange={(isChecked) => {
              const next = new Set(chosen);
              if (isChecked) next.add(keyId);
              else next.delete(keyId);
              onChange(next);
            }}
          />
          <StatusChip status={status} />
        </li>
      ))}
    </ul>
  );
}
