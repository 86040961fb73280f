import { useState } from 'react';
import type { Partner } from '#contract/partners.ts';
import { useCreatePartner, useUpdatePartner } from '#renderer/api/commands.ts';
import { scriptWarning } from '#renderer/format/script-warning.ts';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { TextArea, TextField } from '#renderer/ui/text-field.tsx';
import { TIER_OPTIONS, tierWord } from './tier-words.ts';

/** What is typed about a partner, and the command that creates it or, given one, changes it. */
export function usePartnerForm(partner?: Partner) {
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
  /** Answers the saved partner; null when it was refused, with the reason in `error`. */
  const save = async (): Promise<Partner | null> => {
    const fields = {
      ...draft,
      contactName: orNull(draft.contactName),
      recipientKey: orNull(draft.recipientKey),
    };
    const outcome =
      partner === undefined
        ? await create.run(fields)
        : await update.run({ partnerId: partner.id, ...fields });
    return outcome.ok ? outcome.data : null;
  };
  return {
    draft,
    set: (change: Partial<PartnerDraft>) => setDraft((former) => ({ ...former, ...change })),
    save,
    error: command.error,
    isRunning: command.isRunning,
  };
}

interface PartnerDraft {
  readonly name: string;
  readonly tier: string;
  readonly contactName: string;
  readonly contactEmail: string;
  readonly note: string;
  readonly recipientKey: string;
}

/** Who they are and who can be reached there. */
export function PartnerFields({ form }: { readonly form: ReturnType<typeof usePartnerForm> }) {
  const { draft, set } = form;
  const error = (path: string) => form.error?.field(path);
  const tiers = TIER_OPTIONS.some((option) => option.value === draft.tier)
    ? TIER_OPTIONS
    : [...TIER_OPTIONS, { value: draft.tier, label: tierWord(draft.tier) }];

  return (
    <>
      <TextField
        label="Name"
        value={draft.name}
        onChange={(name) => set({ name })}
        help={scriptWarning(draft.name)}
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
