import { OVERLAP_MS_MAX } from '#contract/keys.ts';
import { HOUR_MS } from '#contract/usage.ts';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import styles from './dialogs.module.css';

/** Whether an old secret ends early, and after how many hours without use. */
export interface IdleEndDraft {
  readonly isOn: boolean;
  readonly hours: number | null;
}

/** Old secrets that are quiet for six hours end early, unless told otherwise. */
export const USUAL_IDLE_END: IdleEndDraft = { isOn: true, hours: 6 };

/** The draft as the contract has it; null = it does not end early. */
export function idleEndMsOf({ isOn, hours }: IdleEndDraft): number | null {
  return isOn && hours !== null ? hours * HOUR_MS : null;
}

interface IdleEndFieldsProps {
  readonly draft: IdleEndDraft;
  readonly onChange: (draft: IdleEndDraft) => void;
  readonly error: string | undefined;
}

/** The choice, in one line. */
export function IdleEndFields({ draft, onChange, error }: IdleEndFieldsProps) {
  const { isOn, hours } = draft;
  return (
    <div className={styles.row}>
      <Checkbox
        label="End early once idle for"
        isChecked={isOn}
        onChange={(next) => onChange({ isOn: next, hours })}
      />
      {isOn && (
        <NumberField
          label="Idle for"
          hideLabel
          value={hours}
          onChange={(next) => onChange({ isOn, hours: next })}
          min={1}
          max={OVERLAP_MS_MAX / HOUR_MS}
          suffix="hours"
          error={error}
        />
      )}
    </div>
  );
}
