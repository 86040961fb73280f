import { Radio } from '@base-ui/react/radio';
import { RadioGroup as Base } from '@base-ui/react/radio-group';
import { classNames } from './class-names.ts';
import styles from './choice.module.css';
import { Field, type FieldProps } from './field.tsx';
import type { Option } from './select.tsx';

interface RadioGroupProps<Value extends string> extends FieldProps {
  readonly value: Value;
  readonly options: readonly Option<Value>[];
  readonly onChange: (value: Value) => void;
  /** Side by side instead of one below the other. */
  readonly isInline?: boolean;
  readonly disabled?: boolean;
}

/** One of a few choices, all of them in view. */
export function RadioGroup<Value extends string>(props: RadioGroupProps<Value>) {
  const { label, hideLabel, help, error, isOptional, id, className, ...own } = props;
  const { value, options, onChange, isInline = false, disabled } = own;
  return (
    <Field {...{ label, hideLabel, help, error, isOptional, id, className }} isGroup>
      {(control) => (
        <Base
          id={control.id}
          value={value}
          disabled={disabled}
          aria-labelledby={control.labelId}
          aria-describedby={control.describedBy}
          aria-invalid={control.isInvalid || undefined}
          className={classNames(styles.group, isInline && styles.inline)}
          onValueChange={(next: Value) => onChange(next)}
        >
          {options.map((option) => {
            const optionId = `${control.id}-${option.value}`;
            return (
              <div key={option.value} className={styles.choice}>
                <Radio.Root
                  id={optionId}
                  value={option.value}
                  className={styles.dot}
                  aria-labelledby={`${optionId}-label`}
                />
                <span className={styles.words}>
                  <label id={`${optionId}-label`} htmlFor={optionId}>
                    {option.label}
                  </label>
                  {option.detail !== undefined && <span className={styles.help}>{option.detail}</span>}
                </span>
              </div>
            );
          })}
        </Base>
      )}
    </Field>
  );
}
