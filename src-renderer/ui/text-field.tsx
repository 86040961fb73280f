import type { ComponentPropsWithRef, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Field, type FieldProps } from './field.tsx';
import styles from './field.module.css';

type Native<Tag extends 'input' | 'textarea'> = Omit<
  ComponentPropsWithRef<Tag>,
  'value' | 'onChange' | 'id' | 'className'
>;

interface TextFieldProps extends FieldProps, Native<'input'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Keys, paths, addresses: in the face in which no two characters look alike. */
  readonly isMono?: boolean;
  readonly isSmall?: boolean;
  /** Text or control at the end inside the frame. */
  readonly suffix?: ReactNode;
}

/** One line of text. */
export function TextField(props: TextFieldProps) {
  const { label, hideLabel, help, error, isOptional, id, className, ...own } = props;
  const { value, onChange, isMono = false, isSmall = false, suffix, ...native } = own;
  return (
    <Field {...{ label, hideLabel, help, error, isOptional, id, className }}>
      {(control) => {
        const input = (
          <input
            autoComplete="off"
            spellCheck={false}
            {...native}
            id={control.id}
            value={value}
            aria-describedby={control.describedBy}
            aria-invalid={control.isInvalid || undefined}
            data-empty={value === '' || undefined}
            className={classNames(styles.control, isMono && styles.mono, isSmall && styles.small)}
            onChange={(event) => onChange(event.target.value)}
          />
        );
        if (suffix === undefined) return input;
        return (
          <div className={styles.group} data-invalid={control.isInvalid || undefined}>
            {input}
            <span className={styles.suffix}>{suffix}</span>
          </div>
        );
      }}
    </Field>
  );
}

interface TextAreaProps extends FieldProps, Native<'textarea'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isMono?: boolean;
}

/** Several lines of text. */
export function TextArea(props: TextAreaProps) {
  const { label, hideLabel, help, error, isOptional, id, className, ...own } = props;
  const { value, onChange, isMono = false, ...native } = own;
  return (
    <Field {...{ label, hideLabel, help, error, isOptional, id, className }}>
      {(control) => (
        <textarea
          autoComplete="off"
          spellCheck={false}
          {...native}
          id={control.id}
          value={value}
          aria-describedby={control.describedBy}
          aria-invalid={control.isInvalid || undefined}
          className={classNames(styles.control, styles.area, isMono && styles.mono)}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
