import { useState } from 'react';
import type { Partner } from '#contract/partners.ts';
import { useCreatePartner, useUpdatePartner } from '#renderer/api/commands.ts';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { TIER_OPTIONS, tierWord } from './tier-words.ts';

interface PartnerDialogProps {
  /** The partner to change; a new one without. */
  readonly partner?: Partner;
  readonly onClose: () => void;
  readonly onDone: (partner: Partner) => void;
}

/** Creates a partner or changes one. Mounted only while open. */
export function PartnerDialog({ partner, onClose, onDone }: PartnerDialogProps) {
  const create = useCreatePartner();
  const update = useUpdatePartner();
  const command = partner === undefined ? create : update;
  const [draft, setDraft] = useState<PartnerDraft>({
    name: partner?.name ?? '',
    tier: partner?.tier ?? 'external',
    contactName: partner?.contactName ?? '',
    contactEmail: partner?.contactEmail ?? '',
    note: partner?.note ?? '',
    recipientKey: partner?.recipientKey ?? '',
  });
  const set = (change: Partial<PartnerDraft>) => setDraft((former) => ({ ...former, ...change }));
  const error = (path: string) => command.error?.field(path);

  const submit = async () => {
    const fields = {
      ...draft,
      contactName: orNull(draft.contactName),
      recipientKey: orNull(draft.recipientKey),
    };
    const outcome =
      partner === undefined
        ? await create.run(fields)
        : await update.run({ partnerId: partner.id, ...fields });
    if (outcome.ok) onDone(outcome.data);
  };

  return (
    <FormDialog
      title={partner === undefined ? 'New partner' : `Edit ${partner.name}`}
      description="An organisation or team that uses your APIs, with somebody who can be reached."
      submitLabel={partner === undefined ? 'Create partner' : 'Save changes'}
      isBusy={command.isRunning}
      error={command.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <PartnerFields draft={draft} set={set} error={error} />
    </FormDialog>
  );
}

interface PartnerDraft {
  readonly name: string;
  readonly tier: string;
  readonly contactName: string;
  readonly contactEmail: string;
  readonly note: string;
  readonly recipientKey: string;
}

interface PartnerFieldsProps {
  readonly draft: PartnerDraft;
  readonly set: (change: Partial<PartnerDraft>) => void;
  readonly error: (path: string) => string | undefined;
}

function PartnerFields({ draft, set, error }: PartnerFieldsProps) {
  const tiers = TIER_OPTIONS.some((option) => option.value === draft.tier)
    ? TIER_OPTIONS
    : [...TIER_OPTIONS, { value: draft.tier, label: tierWord(draft.tier) }];

  return (
    <>
      <TextField
        label="Name"
        value={draft.name}
        onChange={(name) => set({ name })}
        error={error('name')}
        required
      />
      <Combobox
        label="Tier"
        value={draft.tier}
        options={tiers}
        onChange={(tier) => set({ tier: tier ?? 'external' })}
        onCreate={(text) => set({ tier: text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_') })}
        createLabel={(text) => (text === '' ? 'Type a tier of your own' : `Use “${text}”`)}
        help="Plans and reports go by tier."
        error={error('tier')}
      />
      <TextField
        label="Contact e-mail"
        type="email"
        value={draft.contactEmail}
        onChange={(contactEmail) => set({ contactEmail })}
        error={error('contactEmail')}
        required
      />
      <TextField
        label="Contact name"
        isOptional
        value={draft.contactName}
        onChange={(contactName) => set({ contactName })}
        error={error('contactName')}
      />
      <TextArea
        label="Recipient key (age)"
        isOptional
        isMono
        rows={2}
        value={draft.recipientKey}
        onChange={(recipientKey) => set({ recipientKey })}
        help="One line that begins with age1. Sealed files for this partner can be opened with its private part alone."
        error={error('recipientKey')}
      />
      <TextArea
        label="Note"
        isOptional
        value={draft.note}
        onChange={(note) => set({ note })}
        error={error('note')}
      />
    </>
  );
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text;
}
