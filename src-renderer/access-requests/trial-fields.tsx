import { LimitFields } from '#renderer/limits/limit-fields.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import type { SettingsDraft } from './settings-draft.ts';

interface TrialFieldsProps {
  readonly draft: SettingsDraft;
  readonly onChange: (part: Partial<SettingsDraft>) => void;
}

/** Limits and end of trial keys. */
export function TrialFields({ draft, onChange }: TrialFieldsProps) {
  return (
    <>
      <h3>Trial keys</h3>
      <LimitFields
        draft={draft.trialLimits}
        onChange={(part) => onChange({ trialLimits: { ...draft.trialLimits, ...part } })}
        errorOf={() => undefined}
        idOf={(path) => `trial-${path}`}
        subject="each key"
      />
      <NumberField
        label="Ends after"
        suffix="days"
        min={1}
        max={365}
        value={draft.trialDays}
        onChange={(trialDays) => onChange({ trialDays })}
      />
    </>
  );
}
