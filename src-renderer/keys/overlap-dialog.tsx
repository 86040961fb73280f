import { useState } from 'react';
import type { KeySummary } from '#contract/keys.ts';
import type { Overlap } from '#contract/overlap.ts';
import { useUpdateOverlap } from '#renderer/api/commands.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { FormDialog } from '#renderer/ui/form-dialog.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { TextField } from '#renderer/ui/text-field.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import styles from './dialogs.module.css';
import { overlapDraft, overlapInput, overlapProblems, type OverlapDraft } from './overlap-draft.ts';

interface OverlapDialogProps {
  readonly subject: KeySummary;
  readonly overlap: Overlap;
  readonly onClose: () => void;
}

/** How the old secret ends by itself, and whether it is refused on trial before. */
export function OverlapDialog({ subject, overlap, onClose }: OverlapDialogProps) {
  const update = useUpdateOverlap();
  const { say } = useToasts();
  const [draft, setDraft] = useState(() => overlapDraft(overlap, nowMs()));
  const problems = overlapProblems(draft);
  const hasProblem = Object.keys(problems).length > 0;
  const change = (part: Partial<OverlapDraft>) => setDraft((before) => ({ ...before, ...part }));
  const submit = async () => {
    if (hasProblem) return;
    const outcome = await update.run({ keyId: subject.keyId, ...overlapInput(draft, overlap) });
    if (!outcome.ok) return;
    onClose();
    say(`How the rotation of ${subject.name} ends was changed.`);
  };
  return (
    <FormDialog
      title="How this rotation ends"
      submitLabel="Save"
      isBusy={update.isRunning}
      disabledReason={hasProblem ? 'Correct the marked fields first.' : undefined}
      error={update.error}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <IdleFields draft={draft} problems={problems} onChange={change} />
      <BrownoutFields draft={draft} problems={problems} onChange={change} />
    </FormDialog>
  );
}

interface FieldsProps {
  readonly draft: OverlapDraft;
  readonly problems: ReturnType<typeof overlapProblems>;
  readonly onChange: (part: Partial<OverlapDraft>) => void;
}

function IdleFields({ draft, problems, onChange }: FieldsProps) {
  return (
    <fieldset className={styles.part}>
      <legend className={styles.legend}>End by itself</legend>
      <Checkbox
        label="End the old secret early once nobody uses it"
        isChecked={draft.endsWhenIdle}
        onChange={(endsWhenIdle) => onChange({ endsWhenIdle })}
        help="Counts while Latchkey runs. A stop of more than 10 minutes begins the wait anew: nobody could call."
      />
      {draft.endsWhenIdle && (
        <div className={styles.row}>
          <NumberField
            label="Idle for"
            value={draft.idleHours}
            onChange={(idleHours) => onChange({ idleHours })}
            min={0.1}
            max={720}
            fractionDigits={1}
            suffix="hours"
            error={problems.idleHours}
          />
          <TextField
            label="But not before"
            isOptional
            type="datetime-local"
            value={draft.notBefore}
            onChange={(notBefore) => onChange({ notBefore })}
            error={problems.notBefore}
          />
        </div>
      )}
    </fieldset>
  );
}

function BrownoutFields({ draft, problems, onChange }: FieldsProps) {
  return (
    <fieldset className={styles.part}>
      <legend className={styles.legend}>Brownouts</legend>
      <Checkbox
        label="Refuse the old secret for short, announced times"
        isChecked={draft.hasBrownouts}
        onChange={(hasBrownouts) => onChange({ hasBrownouts })}
        help="Forgotten callers notice while it is cheap: they are refused for moments, told why, and work again after. Every answer before announces the next time."
      />
      {draft.hasBrownouts && (
        <>
          <TextField
            label="First one"
            type="datetime-local"
            value={draft.brownoutStart}
            onChange={(brownoutStart) => onChange({ brownoutStart })}
            error={problems.brownoutStart}
          />
          <div className={styles.row}>
            <NumberField
              label="Lasts"
              value={draft.brownoutSeconds}
              onChange={(brownoutSeconds) => onChange({ brownoutSeconds })}
              min={1}
              max={900}
              suffix="seconds"
              error={problems.brownoutSeconds}
            />
            <NumberField
              label="Again every"
              value={draft.brownoutEveryMinutes}
              onChange={(brownoutEveryMinutes) => onChange({ brownoutEveryMinutes })}
              min={1}
              max={10_080}
              suffix="minutes"
              error={problems.brownoutEveryMinutes}
            />
          </div>
          <p className={styles.hint}>
            Keep this off for callers that must never fail: a brownout is an outage on purpose.
          </p>
        </>
      )}
    </fieldset>
  );
}
