import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { Webhook } from '#contract/notice-channels.ts';
import { NOTICE_KINDS } from '#contract/notice-kinds.ts';
import { useCreateWebhook, useUpdateWebhook } from '#renderer/api/commands.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { KindsField } from './kinds-field.tsx';

interface WebhookDialogProps {
  /** null: a new one. */
  readonly webhook: Webhook | null;
  readonly onClose: () => void;
  readonly onCreated: (created: Output<'notices.createWebhook'>) => void;
}

/** Makes or changes a webhook. Mounted only while open. */
export function WebhookDialog({ webhook, onClose, onCreated }: WebhookDialogProps) {
  const create = useCreateWebhook();
  const update = useUpdateWebhook();
  const [name, setName] = useState(webhook?.name ?? '');
  const [url, setUrl] = useState('');
  const [kinds, setKinds] = useState(webhook?.kinds ?? NOTICE_KINDS);
  const error = webhook === null ? create.error : update.error;
  const submit = async () => {
    if (webhook === null) {
      const outcome = await create.run({ name, url, kinds: [...kinds] });
      if (outcome.ok) onCreated(outcome.data);
      return;
    }
    const outcome = await update.run({
      webhookId: webhook.id,
      name,
      kinds: [...kinds],
      ...(url.trim() === '' ? {} : { url }),
    });
    if (outcome.ok) onClose();
  };
  return (
    <FormDialog
      title={webhook === null ? 'New webhook' : `Webhook ${webhook.name}`}
      submitLabel={webhook === null ? 'Create webhook' : 'Save webhook'}
      isBusy={create.isRunning || update.isRunning}
      error={error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField label="Name" value={name} onChange={setName} error={error?.field('name')} required />
      <TextField
        label="Address"
        type="url"
        value={url}
        onChange={setUrl}
        isOptional={webhook !== null}
        required={webhook === null}
        help={
          webhook === null
            ? 'https, or http to this machine. Its path is stored encrypted and not shown again.'
            : `Leads to ${webhook.origin}. Fill in to send elsewhere.`
        }
        error={error?.field('url')}
      />
      <KindsField legend="Send when" offered={NOTICE_KINDS} chosen={kinds} onChange={setKinds} />
    </FormDialog>
  );
}
