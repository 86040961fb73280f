import { useId, type ReactNode } from 'react';
import styles from './field.module.css';
import { classNames } from './class-names.ts';

/** What every field takes. */
export interface FieldProps {
  readonly label: string;
  /** The label is only read out, for controls whose place says what they are. */
  readonly hideLabel?: boolean | undefined;
  readonly help?: ReactNode;
  /** What is wrong and what to do; read out when it appears. */
  readonly error?: string | undefined;
  readonly isOptional?: boolean | undefined;
  /** Id of the control, so that an error summary can lead to it. */
  readonly id?: string | undefined;
  readonly className?: string | undefined;
}

/** What Field hands to the control it frames. */
export interface FieldControl {
  readonly id: string;
  readonly labelId: string;
  readonly describedBy: string | undefined;
  readonly isInvalid: boolean;
}

interface FieldFrameProps extends FieldProps {
  /** The control is a group (radio buttons) and cannot be the target of a label element. */
  readonly isGroup?: boolean;
  readonly children: (control: FieldControl) => ReactNode;
}

/** Label, help and error around one control, tied to it for assistive technology. */
export function Field({
  label,
  hideLabel = false,
  help,
  error,
  isOptional = false,
  id,
  className,
  isGroup = false,
  children,
}: FieldFrameProps) {
  const ownId = useId();
  const controlId = id ?? ownId;
  const labelId = `${controlId}-label`;
  const helpId = help === undefined ? undefined : `${controlId}-help`;
  const errorId = error === undefined ? undefined : `${controlId}-error`;
  const describedBy = [errorId, helpId].filter((part) => part !== undefined).join(' ');
  const Label = isGroup ? 'span' : 'label';
  return (
    <div className={classNames(styles.field, className)}>
      <Label
        id={labelId}
        {...(isGroup ? {} : { htmlFor: controlId })}
        className={hideLabel ? 'visually-hidden' : styles.label}
      >
        {label}
        {isOptional && <span className={styles.optional}> optional</span>}
      </Label>
      {children({
        id: controlId,
        labelId,
        describedBy: describedBy === '' ? undefined : describedBy,
        isInvalid: error !== undefined,
      })}
      {help !== undefined && (
        <div id={helpId} className={styles.help}>
          {help}
        </div>
      )}
      {error !== undefined && (
        <p id={errorId} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
