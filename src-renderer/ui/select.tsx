import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import { classNames } from './class-names.ts';
import { Field, type FieldProps } from './field.tsx';
import fieldStyles from './field.module.css';
import styles from './list-box.module.css';

/** One choice of Select or Combobox. */
export interface Option<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
  /** A quieter second line or suffix. */
  readonly detail?: string;
}

interface SelectProps<Value extends string> extends FieldProps {
  readonly value: Value;
  readonly options: readonly Option<Value>[];
  readonly onChange: (value: Value) => void;
  readonly isSmall?: boolean;
  readonly disabled?: boolean;
}

/** One of a few known choices. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, hideLabel, help, error, isOptional, id, className, ...own } = props;
  const { value, options, onChange, isSmall = false, disabled } = own;
  return (
    <Field {...{ label, hideLabel, help, error, isOptional, id, className }}>
      {(control) => (
        <Base.Root
          value={value}
          items={options}
          disabled={disabled}
          onValueChange={(next: Value | null) => {
            if (next !== null) onChange(next);
          }}
        >
          <Base.Trigger
            id={control.id}
            aria-labelledby={`${control.labelId} ${control.id}`}
            aria-describedby={control.describedBy}
            aria-invalid={control.isInvalid || undefined}
            className={classNames(fieldStyles.control, isSmall && fieldStyles.small, styles.trigger)}
          >
            <Base.Value className={styles.value} />
            <Base.Icon className={styles.icon}>
              <ChevronDown aria-hidden size={16} />
            </Base.Icon>
          </Base.Trigger>
          <Base.Portal role="region" aria-label={`Choices for ${label}`}>
            <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className={styles.positioner}>
              <Base.Popup className={styles.popup}>
                <Base.List className={styles.list}>
                  {options.map((option) => (
                    <Base.Item key={option.value} value={option.value} className={styles.item}>
                      <Base.ItemIndicator className={styles.indicator}>
                        <Check aria-hidden size={14} />
                      </Base.ItemIndicator>
                      <Base.ItemText className={styles.text}>{option.label}</Base.ItemText>
                      {option.detail !== undefined && <span className={styles.detail}>{option.detail}</span>}
                    </Base.Item>
                  ))}
                </Base.List>
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.Root>
      )}
    </Field>
  );
}
