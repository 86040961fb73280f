import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { CallInput } from '#contract/contract.ts';
import type { NewHandoff } from '#contract/handoffs.ts';
import type { KeySummary } from '#contract/keys.ts';
import { DAY_MS, HOUR_MS } from '#contract/usage.ts';
import { useCreateHandoff } from '#renderer/api/commands.ts';
import { useHandoffChannels, useKey } from '#renderer/api/queries.ts';
import { newIdempotencyKey } from '#renderer/keys/idempotency.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import type { Option } from '#renderer/ui/select.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { DeliveryDialog } from './delivery.tsx';
import { draftFields, draftProblem, startDraft, type HandoffDraft } from './handoff-draft.ts';
import { HandoffFields } from './handoff-fields.tsx';
import styles from './handoffs.module.css';

interface HandOffDialogProps {
  readonly subject: KeySummary;
  /** The secret that was just made, in this page's memory; null: the key is rotated into the handoff. */
  readonly secret: string | null;
  readonly onClose: () => void;
  /** It is on its way: the secret need not be kept any longer. */
  readonly onHanded?: () => void;
}

type Channel = CallInput<'handoffs.create'>['channel'];
type Overlap = 'now' | '1h' | '24h' | '7d';

const CHANNELS: readonly Option<Channel>[] = [
  {
    value: 'link',
    label: 'One-time link',
    detail: 'A page that shows the secret once, to who has link and code.',
  },
  {
    value: 'clipboard',
    label: 'Copied for a vault',
    detail: 'You have copied it yourself, hidden from clipboard histories. This keeps who it is for.',
  },
];

const OVERLAPS: readonly Option<Overlap>[] = [
  { value: 'now', label: 'End now' },
  { value: '1h', label: '1 hour' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
];
const OVERLAP_MS: Readonly<Record<Overlap, number>> = {
  now: 0,
  '1h': HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
};

/** Delivers a secret to somebody. Ends with link and code, which are told this once. */
export function HandOffDialog(props: HandOffDialogProps) {
  const [made, setMade] = useState<NewHandoff | null>(null);
  const { onClose, onHanded } = props;
  const { say } = useToasts();
  if (made === null) {
    return (
      <HandOffForm
        {...props}
        onMade={(next) => {
          onHanded?.();
          if (next.handoff.channel === 'link') {
            setMade(next);
            return;
          }
          say('The copy is logged. The first use of the key closes it.');
          onClose();
        }}
      />
    );
  }
  return <DeliveryDialog made={made} onDone={onClose} />;
}

interface HandOffFormProps extends HandOffDialogProps {
  readonly onMade: (made: NewHandoff) => void;
}

function HandOffForm({ subject, secret, onClose, onMade }: HandOffFormProps) {
  const create = useCreateHandoff();
  const channels = useHandoffChannels();
  const contact = useKey({ keyId: subject.keyId }).data?.contactEmail;
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [channel, setChannel] = useState<Channel>('link');
  const [overlap, setOverlap] = useState<Overlap>(subject.lastUsedAt === null ? 'now' : '24h');
  const [own, setOwn] = useState<HandoffDraft | null>(null);
  const draft = own ?? startDraft(contact ?? '');
  const blocked = channels.data?.link.blocked ?? null;
  const problem = (channel === 'link' ? blocked : null) ?? draftProblem(draft);
  const submit = async () => {
    const source =
      secret === null
        ? ({ kind: 'rotated', overlapMs: OVERLAP_MS[overlap] } as const)
        : ({ kind: 'given', secret } as const);
    const outcome = await create.run({
      keyId: subject.keyId,
      source,
      channel,
      ...draftFields(draft),
      idempotencyKey,
    });
    if (outcome.ok) onMade(outcome.data);
  };
  return (
    <FormDialog
      title="Hand off key"
      description={
        <KeyRef
          keyId={subject.keyId}
          name={subject.name}
          environment={subject.environment}
          detail={subject.hint}
        />
      }
      submitLabel={channel === 'link' ? 'Make link and code' : 'Log the copy'}
      isBusy={create.isRunning}
      disabledReason={problem}
      error={create.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {secret !== null && (
        <RadioGroup label="Channel" value={channel} onChange={setChannel} options={CHANNELS} />
      )}
      {channel === 'link' && blocked !== null && (
        <p className={styles.attention}>
          <span>{blocked}</span>
          <Link to="/settings/$section" params={{ section: 'server' }}>
            Set the public address
          </Link>
        </p>
      )}
      {secret === null && (
        <RadioGroup
          label="The present secret stays valid for"
          isInline
          value={overlap}
          onChange={setOverlap}
          options={OVERLAPS}
          help="Nobody can show the present secret again, so the recipient gets a new one that nobody here sees."
        />
      )}
      <HandoffFields draft={draft} onChange={setOwn} error={create.error} isLink={channel === 'link'} />
    </FormDialog>
  );
}
