import { useState } from 'react';
import type { NewHandoff } from '#contract/handoffs.ts';
import type { KeySummary } from '#contract/keys.ts';
import type { SealedHandoff } from '#contract/sealed.ts';
import { DAY_MS, HOUR_MS } from '#contract/usage.ts';
import { useCreateHandoff, useCreateSealed } from '#renderer/api/commands.ts';
import { useKey } from '#renderer/api/queries.ts';
import { newIdempotencyKey } from '#renderer/keys/idempotency.ts';
import { SealedDeliveryDialog } from '#renderer/sealed/sealed-delivery.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { KeyRef } from '#renderer/ui/key-ref.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import type { Option } from '#renderer/ui/select.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { DeliveryDialog } from './delivery.tsx';
import { draftFields, draftProblem, startDraft, type HandoffDraft } from './handoff-draft.ts';
import { HandoffFields } from './handoff-fields.tsx';
import type { HandoffWay } from './handoff-way.ts';
import { useWayState, WayFields } from './way-fields.tsx';

interface HandOffDialogProps {
  readonly subject: KeySummary;
  /** The secret that was just made, in this page's memory; null: the key is rotated into the handoff. */
  readonly secret: string | null;
  readonly onClose: () => void;
  /** It is on its way: the secret need not be kept any longer. */
  readonly onHanded?: () => void;
}

type Overlap = 'now' | '1h' | '24h' | '7d';

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

const SUBMIT: Readonly<Record<HandoffWay, string>> = {
  link: 'Make link and code',
  recipient_key: 'Seal file',
  passphrase: 'Seal file',
  page: 'Seal page',
  clipboard: 'Log the copy',
};

/** Delivers a secret to somebody. Ends with link and code, or file and words, which are told this once. */
export function HandOffDialog(props: HandOffDialogProps) {
  const [made, setMade] = useState<NewHandoff | null>(null);
  const [sealed, setSealed] = useState<SealedHandoff | null>(null);
  const { onClose, onHanded } = props;
  const { say } = useToasts();
  if (sealed !== null) return <SealedDeliveryDialog made={sealed} onDone={onClose} />;
  if (made === null) {
    return (
      <HandOffForm
        {...props}
        onSealed={(next) => {
          onHanded?.();
          setSealed(next);
        }}
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
  readonly onSealed: (made: SealedHandoff) => void;
}

function HandOffForm({ subject, secret, onClose, onMade, onSealed }: HandOffFormProps) {
  const create = useCreateHandoff();
  const createSealed = useCreateSealed();
  const contact = useKey({ keyId: subject.keyId }).data?.contactEmail;
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [way, setWay] = useState<HandoffWay>('link');
  const [overlap, setOverlap] = useState<Overlap>(subject.lastUsedAt === null ? 'now' : '24h');
  const [own, setOwn] = useState<HandoffDraft | null>(null);
  const draft = own ?? startDraft(contact ?? '');
  const state = useWayState(way, subject.partnerId);
  const problem = state.problem ?? draftProblem(draft);
  const error = create.error ?? createSealed.error;
  const submit = async () => {
    const source =
      secret === null
        ? ({ kind: 'rotated', overlapMs: OVERLAP_MS[overlap] } as const)
        : ({ kind: 'given', secret } as const);
    const input = { keyId: subject.keyId, source, ...draftFields(draft), idempotencyKey };
    if (way === 'link' || way === 'clipboard') {
      const outcome = await create.run({ ...input, channel: way });
      if (outcome.ok) onMade(outcome.data);
      return;
    }
    const outcome = await createSealed.run({ ...input, seal: way });
    if (outcome.ok) onSealed(outcome.data);
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
      submitLabel={SUBMIT[way]}
      isBusy={create.isRunning || createSealed.isRunning}
      disabledReason={problem}
      error={error}
      onSubmit={() => void submit()}
      onClose={() => {
        // The file would be lost: it is given once.
        if (!createSealed.isRunning) onClose();
      }}
    >
      <WayFields
        way={way}
        onChange={setWay}
        state={state}
        hasSecret={secret !== null}
        isSealing={createSealed.isRunning}
        onLeave={onClose}
      />
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
      <HandoffFields draft={draft} onChange={setOwn} error={error} way={way} />
    </FormDialog>
  );
}
