import { Field, type FieldProps } from '#renderer/ui/field.tsx';
import { NumberField } from '#renderer/ui/number-field.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { WINDOW_UNITS, type WindowDraft } from './limit-draft.ts';
import styles from './limits.module.css';

interface WindowFieldProps extends FieldProps {
  readonly value: WindowDraft;
  readonly onChange: (value: WindowDraft) => void;
}

/** A length of time as number and unit. */
export function WindowField({ value, onChange, ...field }: WindowFieldProps) {
  const { id, label } = field;
  // Milliseconds are there for windows that came in over the wire; nobody types them.
  const units = WINDOW_UNITS.filter((unit) => unit !== 'millisecond' || value.unit === unit);
  const suffix = value.count === 1 ? '' : 's';
  return (
    <Field {...field} id={id === undefined ? undefined : `${id}-group`} isGroup>
      {(control) => (
        <div
          id={control.id}
          role="group"
          aria-labelledby={control.labelId}
          aria-describedby={control.describedBy}
          className={styles.window}
        >
          <NumberField
            id={id}
            label={`${label}: how many`}
            hideLabel
            min={1}
            value={value.count}
            onChange={(count) => onChange({ ...value, count })}
          />
          <Select
            label={`${label}: unit`}
            hideLabel
            value={value.unit}
            options={units.map((unit) => ({ value: unit, label: `${unit}${suffix}` }))}
            onChange={(unit) => onChange({ ...value, unit })}
          />
        </div>
      )}
    </Field>
  );
}
