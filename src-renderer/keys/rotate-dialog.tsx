import { useState } from 'react';
import { OVERLAP_MS_MAX, type Key, type KeySummary } from '#contract/keys.ts';
import { timestampMs } from '#contract/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#contract/usage.ts';
import { useRotateKey } from '#renderer/api/commands.ts';
import { useKey } from '#renderer/api/queries.ts';
import { useUsageSummary } from '#renderer/api/traffic-queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Disclosure } from '#renderer/ui/disclosure.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import styles from './dialogs.module.css';
import { IdleEndFields, idleEndMsOf, USUAL_IDLE_END } from './idle-end-fields.tsx';
import { newIdempotencyKey } from './idempotency.ts';
import { RotationRehearsal } from './rotation-rehearsal.tsx';
import { SubjectRef } from './subject-ref.tsx';
import { RevealDialog } from './reveal-dialog.tsx';

const CHOICES = [
  {
    value: 'now',
    label: 'End now',
    detail: 'The old secret is refused at once. For a leak, or a key nobody uses.',
    ms: 0,
  },
  { value: '1h', label: '1 hour', ms: HOUR_MS },
  { value: '24h', label: '24 hours', ms: DAY_MS },
  { value: '3d', label: '3 days', ms: 3 * DAY_MS },
  { value: '7d', label: '7 days', ms: 7 * DAY_MS },
  { value: 'custom', label: 'Another time', ms: null },
] as const;
type Choice = (typeof CHOICES)[number]['value'];

interface RotateDialogProps {
  readonly subject: KeySummary;
  readonly onClose: () => void;
}

/** New secret now; the old one goes on for the chosen overlap. Ends with showing the new secret once. */
export function RotateDialog({ subject, onClose }: RotateDialogProps) {
  const [revealed, setRevealed] = useState<RevealedKey | null>(null);
  return revealed === null ? (
    <RotateForm subject={subject} onClose={onClose} onRotated={setRevealed} />
  ) : (
    <RevealDialog subject={revealed.key} secret={revealed.secret} occasion="rotated" onDone={onClose} />
  );
}

interface RevealedKey {
  readonly key: Key;
  readonly secret: string;
}

interface RotateFormProps extends RotateDialogProps {
  readonly onRotated: (revealed: RevealedKey) => void;
}

function RotateForm({ subject, onClose, onRotated }: RotateFormProps) {
  const rotate = useRotateKey();
  const [choice, setChoice] = useState<Choice>(subject.lastUsedAt === null ? 'now' : '24h');
  const [customHours, setCustomHours] = useState<number | null>(48);
  const [reason, setReason] = useState('');
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [isAlreadyDone, setAlreadyDone] = useState(false);
  const chosenMs = CHOICES.find((candidate) => candidate.value === choice)?.ms ?? null;
  const overlapMs = chosenMs ?? (customHours === null ? null : customHours * HOUR_MS);
  const [idle, setIdle] = useState(USUAL_IDLE_END);

  const submit = async () => {
    if (overlapMs === null) return;
    const given = reason.trim() === '' ? {} : { reason };
    const outcome = await rotate.run({
      keyId: subject.keyId,
      overlapMs,
      idleEndMs: overlapMs === 0 ? null : idleEndMsOf(idle),
      idempotencyKey,
      ...given,
    });
    if (!outcome.ok) return;
    const { key, secret } = outcome.data;
    if (secret === null) setAlreadyDone(true);
    else onRotated({ key, secret });
  };

  return (
    <FormDialog
      title="Rotate key"
      description={<SubjectRef subject={subject} />}
      submitLabel="Rotate key"
      isBusy={rotate.isRunning}
      disabledReason={overlapMs === null ? 'Say how long the old secret stays valid.' : undefined}
      error={rotate.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <CurrentSecret subject={subject} />
      <OverlapFields
        choice={choice}
        onChoice={setChoice}
        customHours={customHours}
        onCustomHours={setCustomHours}
        isUnused={subject.lastUsedAt === null}
        error={rotate.error?.field('overlapMs')}
      />
      {overlapMs !== 0 && (
        <IdleEndFields draft={idle} onChange={setIdle} error={rotate.error?.field('idleEndMs')} />
      )}
      {overlapMs !== null && (
        <Disclosure label="Rehearse" isInUse={false}>
          <RotationRehearsal subject={subject} overlapMs={overlapMs} idleEndMs={idleEndMsOf(idle)} />
        </Disclosure>
      )}
      <TextField
        label="Reason"
        isOptional
        help="Kept in the audit trail."
        value={reason}
        onChange={setReason}
        error={rotate.error?.field('reason')}
      />
      {isAlreadyDone && (
        <p className={styles.final} role="alert">
          The key was rotated and its secret already shown. Rotate it again if the secret is lost.
        </p>
      )}
    </FormDialog>
  );
}

interface OverlapFieldsProps {
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
  readonly customHours: number | null;
  readonly onCustomHours: (hours: number | null) => void;
  /** The key was never used: nothing can break. */
  readonly isUnused: boolean;
  readonly error: string | undefined;
}

function OverlapFields(props: OverlapFieldsProps) {
  const { choice, onChoice, customHours, onCustomHours, isUnused, error } = props;
  return (
    <>
      <RadioGroup
        label="The old secret stays valid for"
        value={choice}
        onChange={onChoice}
        options={CHOICES}
        help={
          isUnused
            ? 'This key was never used: ending the old secret now breaks nothing.'
            : 'During the overlap both secrets work. You can end it early or extend it.'
        }
        error={error}
      />
      {choice === 'custom' && (
        <NumberField
          label="Overlap"
          value={customHours}
          onChange={onCustomHours}
          min={1}
          max={OVERLAP_MS_MAX / HOUR_MS}
          suffix="hours, at most 720 (30 days)"
        />
      )}
    </>
  );
}

function CurrentSecret({ subject }: { readonly subject: KeySummary }) {
  const key = useKey({ keyId: subject.keyId });
  const [range] = useState(() => {
    const to = Math.ceil(nowMs() / MINUTE_MS) * MINUTE_MS;
    return { from: timestampMs.parse(to - DAY_MS), to: timestampMs.parse(to) };
  });
  const summary = useUsageSummary({ keyId: subject.keyId, ...range });
  const current = key.data?.secrets.find((secret) => secret.state === 'current');
  return (
    <section className={styles.impact} aria-label="Current secret">
      <p>
        Current secret{current !== undefined && ` ${String(current.version)} (…${current.last4})`}
        {current !== undefined && (
          <>
            , made <RelativeTime at={current.createdAt} />
          </>
        )}
        .{' '}
        {subject.lastUsedAt === null ? (
          'Never used.'
        ) : (
          <>
            Last used <RelativeTime at={subject.lastUsedAt} />
            {summary.data !== undefined &&
              ` by ${counted(summary.data.callers.length, 'caller')} in the last 24 hours`}
            .
          </>
        )}
      </p>
    </section>
  );
}
