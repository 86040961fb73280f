import { useState } from 'react';
import type { ApplicationId, PartnerId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { Application } from '#contract/partners.ts';
import { useTransferApplication, useTransferKeys } from '#renderer/api/commands.ts';
import { useApplications, usePartners } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Combobox } from '#renderer/ui/combobox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';

const HISTORY = 'Requests so far, their charts and the audit trail keep the former owner’s name.';

interface TransferApplicationProps {
  readonly application: Application;
  readonly onClose: () => void;
}

/** Gives an application with its keys to another partner. Mounted only while open. */
export function TransferApplicationDialog({ application, onClose }: TransferApplicationProps) {
  const partners = usePartners();
  const transfer = useTransferApplication();
  const forbidden = useForbidden()('applications.transfer');
  const { say } = useToasts();
  const [partnerId, setPartnerId] = useState<PartnerId | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const others = (partners.data?.items ?? []).filter(({ id }) => id !== application.partnerId);
  const chosen = others.find(({ id }) => id === partnerId);
  // The contact follows the partner until somebody types one.
  const contactEmail = typed ?? chosen?.contactEmail ?? application.contactEmail;
  const submit = async () => {
    if (chosen === undefined) return;
    const { id: applicationId, name } = application;
    const outcome = await transfer.run({ applicationId, partnerId: chosen.id, contactEmail });
    if (!outcome.ok) return;
    say(`${name} belongs to ${chosen.name} now`);
    onClose();
  };
  return (
    <FormDialog
      title={`Give ${application.name} to another partner`}
      description={`${counted(application.keyCount, 'key')} and the slug go along and stay as they are: nobody has to change anything. ${HISTORY}`}
      submitLabel="Give application"
      isBusy={transfer.isRunning}
      disabledReason={forbidden ?? (chosen === undefined ? 'Choose a partner first.' : undefined)}
      error={transfer.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Combobox
        label="New partner"
        value={partnerId}
        options={others.map(({ id, name, contactEmail: detail }) => ({ value: id, label: name, detail }))}
        onChange={(id) => setPartnerId(others.find((one) => one.id === id)?.id ?? null)}
        emptyText="There is no such partner."
        error={transfer.error?.field('partnerId')}
      />
      <TextField
        label="Contact e-mail"
        type="email"
        value={contactEmail}
        onChange={setTyped}
        help="Refusals name this address from now on, and new secrets go to it. Further contacts and networks do not come along."
        error={transfer.error?.field('contactEmail')}
        required
      />
    </FormDialog>
  );
}

interface TransferKeyProps {
  readonly subject: Pick<Key, 'keyId' | 'name' | 'applicationId'>;
  readonly onClose: () => void;
}

/** Gives a key to another application. Mounted only while open. */
export function TransferKeyDialog({ subject, onClose }: TransferKeyProps) {
  const applications = useApplications();
  const transfer = useTransferKeys();
  const { say } = useToasts();
  const [applicationId, setApplicationId] = useState<ApplicationId | null>(null);
  const others = (applications.data?.items ?? []).filter(({ id }) => id !== subject.applicationId);
  const chosen = others.find(({ id }) => id === applicationId);
  const submit = async () => {
    if (chosen === undefined) return;
    const outcome = await transfer.run({ keyIds: [subject.keyId], applicationId: chosen.id });
    if (!outcome.ok) return;
    say(`${subject.name} belongs to ${chosen.partnerName} / ${chosen.name} now`);
    onClose();
  };
  return (
    <FormDialog
      title={`Give ${subject.name} to another application`}
      description={`The key works on as it is, and its children go along. ${HISTORY} Whoever has its secret can go on using it: rotate it when the new owner has taken over.`}
      submitLabel="Give key"
      isBusy={transfer.isRunning}
      disabledReason={chosen === undefined ? 'Choose an application first.' : undefined}
      error={transfer.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Combobox
        label="New application"
        value={applicationId}
        options={others.map(({ id, name, partnerName }) => ({ value: id, label: name, detail: partnerName }))}
        onChange={(id) => setApplicationId(others.find((one) => one.id === id)?.id ?? null)}
        emptyText="There is no such application."
      />
    </FormDialog>
  );
}
