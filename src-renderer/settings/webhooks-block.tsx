import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { Webhook } from '#contract/notice-channels.ts';
import { NOTICE_KINDS } from '#contract/notice-kinds.ts';
import { DEFAULT_SETTINGS } from '#contract/settings.ts';
import { useDeleteWebhook, useRotateWebhookSecret, useUpdateWebhook } from '#renderer/api/commands.ts';
import { useSettings } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { TokenDialog } from '#renderer/services/token-dialog.tsx';
import { AlertDialog } from '#renderer/ui/alert-dialog.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import styles from './settings.module.css';
import { useNoticeTest } from './use-notice-test.ts';
import { WebhookDialog } from './webhook-dialog.tsx';

/** Programs that are told by signed webhooks. */
export function WebhooksBlock({ webhooks }: { readonly webhooks: readonly Webhook[] }) {
  const settings = useSettings();
  const [editing, setEditing] = useState<Webhook | 'new' | null>(null);
  const [shown, setShown] = useState<Output<'notices.createWebhook'> | null>(null);
  return (
    <section className={styles.block}>
      <div className={styles.blockHead}>
        <h2>Webhooks</h2>
        <Button
          variant="primary"
          className={styles.spacer}
          icon={<Plus aria-hidden />}
          onClick={() => setEditing('new')}
        >
          New webhook
        </Button>
      </div>
      <p className={styles.quiet}>
        A POST of JSON, signed with HMAC-SHA-256 over its time and body. What fails is tried six times more
        within two days. It never holds a secret.
      </p>
      {webhooks.length === 0 ? (
        <EmptyState title="No webhooks yet">A chat, a pager or a tracker can be told by one.</EmptyState>
      ) : (
        <WebhookTable webhooks={webhooks} onEdit={setEditing} onSecret={setShown} />
      )}
      {editing !== null && (
        <WebhookDialog
          webhook={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onCreated={(created) => {
            setEditing(null);
            setShown(created);
          }}
        />
      )}
      {shown !== null && shown.secret !== null && (
        <TokenDialog
          title={`Signing secret of ${shown.webhook.name}`}
          description="It is shown this once. Give it to the receiver, which checks the signature with it."
          token={shown.secret}
          variable="LATCHKEY_WEBHOOK_SECRET"
          clearAfterMs={(settings.data ?? DEFAULT_SETTINGS).clipboardClearSeconds * 1_000}
          onDone={() => setShown(null)}
        />
      )}
    </section>
  );
}

interface WebhookTableProps {
  readonly webhooks: readonly Webhook[];
  readonly onEdit: (webhook: Webhook) => void;
  readonly onSecret: (rotated: Output<'notices.rotateWebhookSecret'>) => void;
}

function WebhookTable({ webhooks, onEdit, onSecret }: WebhookTableProps) {
  const update = useUpdateWebhook();
  const test = useNoticeTest();
  const [asking, setAsking] = useState<{ webhook: Webhook; kind: 'delete' | 'rotate' } | null>(null);
  return (
    <>
      <PlainTable
        rows={webhooks}
        rowKey={({ id }) => id}
        columns={[
          { header: 'Name', cell: ({ name }) => name },
          { header: 'Leads to', cell: ({ origin }) => <span className={styles.mono}>{origin}</span> },
          {
            header: 'Told of',
            cell: ({ kinds }) =>
              kinds.length === NOTICE_KINDS.length ? 'everything' : counted(kinds.length, 'kind'),
          },
          { header: 'State', cell: ({ isOn }) => (isOn ? <Chip tone="ok">On</Chip> : <Chip>Off</Chip>) },
          {
            header: 'Actions',
            hidesHeader: true,
            align: 'end',
            cell: (webhook) => (
              <span className={styles.row}>
                <Button
                  aria-label={`Test ${webhook.name}`}
                  isBusy={test.isSending}
                  onClick={() => test.send({ channel: 'webhook', webhookId: webhook.id })}
                >
                  Test
                </Button>
                <Button variant="quiet" aria-label={`Edit ${webhook.name}`} onClick={() => onEdit(webhook)}>
                  Edit…
                </Button>
                <Button
                  variant="quiet"
                  aria-label={`Switch ${webhook.name} ${webhook.isOn ? 'off' : 'on'}`}
                  onClick={() => void update.run({ webhookId: webhook.id, isOn: !webhook.isOn })}
                >
                  {webhook.isOn ? 'Switch off' : 'Switch on'}
                </Button>
                <Button
                  variant="quiet"
                  aria-label={`New secret of ${webhook.name}`}
                  onClick={() => setAsking({ webhook, kind: 'rotate' })}
                >
                  New secret…
                </Button>
                <Button
                  variant="quiet"
                  aria-label={`Delete ${webhook.name}`}
                  onClick={() => setAsking({ webhook, kind: 'delete' })}
                >
                  Delete…
                </Button>
              </span>
            ),
          },
        ]}
      />
      <ErrorNote error={update.error ?? test.error} />
      {asking?.kind === 'delete' && (
        <DeleteWebhook webhook={asking.webhook} onClose={() => setAsking(null)} />
      )}
      {asking?.kind === 'rotate' && (
        <RotateSecret webhook={asking.webhook} onClose={() => setAsking(null)} onSecret={onSecret} />
      )}
    </>
  );
}

function DeleteWebhook({ webhook, onClose }: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const remove = useDeleteWebhook();
  const confirm = async () => {
    if ((await remove.run({ webhookId: webhook.id })).ok) onClose();
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void confirm()}
      isBusy={remove.isRunning}
      tone="danger"
      title={`Delete webhook ${webhook.name}?`}
      description="What waits for it is not sent, and its log goes. This cannot be undone."
      confirmLabel="Delete webhook"
    >
      <ErrorNote error={remove.error} />
    </AlertDialog>
  );
}

interface RotateSecretProps {
  readonly webhook: Webhook;
  readonly onClose: () => void;
  readonly onSecret: WebhookTableProps['onSecret'];
}

function RotateSecret({ webhook, onClose, onSecret }: RotateSecretProps) {
  const rotate = useRotateWebhookSecret();
  const confirm = async () => {
    const outcome = await rotate.run({ webhookId: webhook.id });
    if (!outcome.ok) return;
    onClose();
    onSecret(outcome.data);
  };
  return (
    <AlertDialog
      isOpen
      onCancel={onClose}
      onConfirm={() => void confirm()}
      isBusy={rotate.isRunning}
      tone="danger"
      title={`New signing secret for ${webhook.name}?`}
      description="The old one signs nothing from now on: the receiver refuses until it has the new one."
      confirmLabel="Make new secret"
    >
      <ErrorNote error={rotate.error} />
    </AlertDialog>
  );
}
