import { NumberField as Base } from '@base-ui/react/number-field';
import type { ReactNode } from 'react';
import { Field, type FieldProps } from './field.tsx';
import styles from './field.module.css';

interface NumberFieldProps extends FieldProps {
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  /** Digits behind the point; none without it. */
  readonly fractionDigits?: number;
  /** false: no comma between the thousands, for numbers that are names, such as ports. */
  readonly isGrouped?: boolean;
  /** The unit, behind the number. */
  readonly suffix?: ReactNode;
  readonly disabled?: boolean;
}

/** A number, whole unless told otherwise, with its unit; arrow keys step. */
export function NumberField(props: NumberFieldProps) {
  const { label, hideLabel, help, error, isOptional, id, className, ...own } = props;
  const { value, onChange, min, max, step = 1, fractionDigits = 0, isGrouped = true, suffix, disabled } = own;
  return (
    <Field {...{ label, hideLabel, help, error, isOptional, id, className }}>
      {(control) => (
        <Base.Root
          id={control.id}
          value={value}
          onValueChange={(next) => onChange(next)}
          min={min}
          max={max}
          step={step}
          disabled={disabled}
          format={{ maximumFractionDigits: fractionDigits, useGrouping: isGrouped }}
        >
          <Base.Group className={styles.group} data-invalid={control.isInvalid || undefined}>
            <Base.Input
              className={styles.control}
              aria-describedby={control.describedBy}
              aria-invalid={control.isInvalid || undefined}
            />
            {suffix !== undefined && <span className={styles.suffix}>{suffix}</span>}
          </Base.Group>
        </Base.Root>
      )}
    </Field>
  );
}
