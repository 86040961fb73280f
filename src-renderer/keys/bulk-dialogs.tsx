import { useState } from 'react';
import type { BulkAction } from '#contract/key-bulk.ts';
import { REVOKE_REASONS, type KeyListItem, type RevokeReason } from '#contract/keys.ts';
import { tag } from '#contract/names.ts';
import { planId, timestampMs } from '#contract/ids.ts';
import { usePlans } from '#renderer/api/queries.ts';
import { DAY_MS } from '#contract/usage.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { counted } from '#renderer/format/numbers.ts';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { RadioGroup } from '#renderer/ui/radio-group.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { REVOKE_REASON_WORDS } from './key-words.ts';
import { EXTENSION_DAYS } from './extend-now-button.tsx';
import { BulkImpact } from './bulk-impact.tsx';
import { useBulk } from './use-bulk.ts';
import { useBulkImpact } from './use-bulk-impact.ts';

/** What is done with the marked keys in a dialog. */
export type BulkTask = 'suspend' | 'revoke' | 'tag' | 'extend' | 'end' | 'plan';

/** What is looked at of a key here. */
type BulkRow = Pick<KeyListItem, 'keyId' | 'name' | 'tags'>;

interface BulkDialogProps {
  readonly task: BulkTask;
  readonly rows: readonly BulkRow[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

interface TaskFormProps {
  readonly rows: readonly BulkRow[];
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onClose: () => void;
  readonly onAction: (action: BulkAction) => void;
}

/** Asks what a bulk action needs, and does it. */
export function BulkDialog({ task, rows, onClose, onDone }: BulkDialogProps) {
  const bulk = useBulk();
  const form: TaskFormProps = {
    rows,
    isBusy: bulk.isRunning,
    error: bulk.error,
    onClose,
    onAction: (action) => {
      const keyIds = rows.map(({ keyId }) => keyId);
      void bulk.run(keyIds, action).then((isDone) => {
        if (isDone) onDone();
      });
    },
  };
  switch (task) {
    case 'suspend':
      return <SuspendForm {...form} />;
    case 'revoke':
      return <RevokeForm {...form} />;
    case 'tag':
      return <TagForm {...form} />;
    case 'extend':
      return <ExtendForm {...form} isEndless={false} />;
    case 'end':
      return <ExtendForm {...form} isEndless />;
    case 'plan':
      return <PlanForm {...form} />;
  }
}

function SuspendForm({ rows, onAction, ...form }: TaskFormProps) {
  const [reason, setReason] = useState('Suspended for a check');
  const [message, setMessage] = useState('');
  const impact = useBulkImpact(rows);
  return (
    <FormDialog
      {...form}
      title={`Suspend ${counted(rows.length, 'key')}`}
      description="Their requests are refused until they are resumed. One undo resumes them all."
      submitLabel={`Suspend ${counted(rows.length, 'key')}`}
      onSubmit={() =>
        onAction({
          kind: 'suspend',
          reason: reason.trim() === '' ? 'Suspended for a check' : reason,
          message: message.trim() === '' ? null : message,
        })
      }
    >
      <BulkImpact impact={impact} />
      <TextField label="Reason, for the audit trail" value={reason} onChange={setReason} />
      <TextField label="Message to callers" isOptional value={message} onChange={setMessage} />
    </FormDialog>
  );
}

function RevokeForm({ rows, onAction, ...form }: TaskFormProps) {
  const [reason, setReason] = useState<RevokeReason | ''>('');
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const impact = useBulkImpact(rows);
  const phrase = `revoke ${counted(rows.length, 'key')}`;
  return (
    <FormDialog
      {...form}
      title={`Revoke ${counted(rows.length, 'key')}`}
      description={
        reason === 'leaked'
          ? 'Their requests are refused at once and for good: leaked keys cannot be restored.'
          : 'Their requests are refused at once. For 10 minutes one undo restores them all.'
      }
      submitLabel={`Revoke ${counted(rows.length, 'key')}`}
      isFinal
      disabledReason={impact.isFetching ? 'What stops is still being looked up.' : undefined}
      onSubmit={() => {
        if (reason === '') setProblem('Choose a reason first.');
        else if (typed.trim() !== phrase) setProblem(`Type ${phrase} to confirm.`);
        else onAction({ kind: 'revoke', reason, note: null, message: null });
      }}
    >
      <BulkImpact impact={impact} />
      <RadioGroup
        label="Reason"
        value={reason}
        options={REVOKE_REASONS.map((value) => ({ value, label: REVOKE_REASON_WORDS[value] }))}
        onChange={setReason}
      />
      <TextField
        label={`Type “${phrase}” to confirm`}
        value={typed}
        error={problem}
        onChange={(text) => {
          setProblem(undefined);
          setTyped(text);
        }}
      />
    </FormDialog>
  );
}

function TagForm({ rows, onAction, ...form }: TaskFormProps) {
  const [add, setAdd] = useState('');
  const [remove, setRemove] = useState('');
  const [problem, setProblem] = useState<string>();
  const present = [...new Set(rows.flatMap((row) => row.tags))].sort();
  const submit = () => {
    const added = wordsOf(add);
    const removed = wordsOf(remove);
    const wrong = [...added, ...removed].find((word) => !tag.safeParse(word).success);
    if (added.length + removed.length === 0) setProblem('Name a tag to add or to take away.');
    else if (wrong !== undefined)
      setProblem(`“${wrong}” is no tag: letters, digits and _ . : = / @ + - only.`);
    else onAction({ kind: 'tag', add: added, remove: removed });
  };
  return (
    <FormDialog
      {...form}
      title={`Tag ${counted(rows.length, 'key')}`}
      submitLabel={`Tag ${counted(rows.length, 'key')}`}
      onSubmit={submit}
    >
      <TextField
        label="Add tags"
        isOptional
        placeholder="team=search reviewed"
        error={problem}
        value={add}
        onChange={setAdd}
      />
      <TextField
        label="Take tags away"
        isOptional
        help={present.length === 0 ? 'They have none.' : `They have: ${present.slice(0, 12).join(' ')}`}
        value={remove}
        onChange={setRemove}
      />
    </FormDialog>
  );
}

function wordsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))];
}

const EXTENSIONS = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '180', label: 'In 180 days' },
  { value: '365', label: 'In a year' },
] as const;

interface ExtendFormProps extends TaskFormProps {
  /** Keys that never end get an end, too. */
  readonly isEndless: boolean;
}

function ExtendForm({ rows, onAction, isEndless, ...form }: ExtendFormProps) {
  const [days, setDays] = useState<(typeof EXTENSIONS)[number]['value']>(`${EXTENSION_DAYS}`);
  const verb = isEndless ? 'Give an expiry to' : 'Extend';
  return (
    <FormDialog
      {...form}
      title={`${verb} ${counted(rows.length, 'key')}`}
      description={
        isEndless
          ? 'Keys that end later already stay as they are. One undo takes it back.'
          : 'Keys that end later, or never, stay as they are. One undo takes it back.'
      }
      submitLabel={`${verb} ${counted(rows.length, 'key')}`}
      onSubmit={() => {
        const expiresAt = timestampMs.parse(nowMs() + Number(days) * DAY_MS);
        onAction({ kind: 'extend', endless: isEndless, expiresAt });
      }}
    >
      <Select label="They end" value={days} options={EXTENSIONS} onChange={setDays} />
    </FormDialog>
  );
}

function PlanForm({ rows, onAction, ...form }: TaskFormProps) {
  const plans = usePlans();
  const [plan, setPlan] = useState('');
  const [problem, setProblem] = useState<string>();
  const options = (plans.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <FormDialog
      {...form}
      title={`Put ${counted(rows.length, 'key')} on a plan`}
      description="The limits of the plan hold at the next verification. One undo takes it back."
      submitLabel={`Change ${counted(rows.length, 'key')}`}
      onSubmit={() => {
        const chosen = planId.safeParse(plan);
        if (chosen.success) onAction({ kind: 'plan', planId: chosen.data });
        else
          setProblem(
            options.length === 0 ? 'There is no plan yet: make one in the settings.' : 'Choose a plan.',
          );
      }}
    >
      <Select
        label="Plan"
        value={plan}
        error={problem}
        options={[{ value: '', label: 'Choose a plan' }, ...options]}
        onChange={setPlan}
      />
    </FormDialog>
  );
}
