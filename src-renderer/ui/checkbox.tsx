import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import styles from './choice.module.css';

interface CheckboxProps {
  readonly label: ReactNode;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
  /** Some but not all of what it stands for. */
  readonly isMixed?: boolean;
  readonly help?: string;
  readonly disabled?: boolean;
  readonly id?: string;
}

/** A yes-or-no choice that waits for the form to be sent. */
export function Checkbox({ label, isChecked, onChange, isMixed = false, help, disabled, id }: CheckboxProps) {
  const ownId = useId();
  const controlId = id ?? ownId;
  return (
    <div className={styles.choice}>
      <Base.Root
        id={controlId}
        className={styles.box}
        checked={isChecked}
        indeterminate={isMixed}
        disabled={disabled}
        aria-labelledby={`${controlId}-label`}
        aria-describedby={help === undefined ? undefined : `${controlId}-help`}
        onCheckedChange={(next) => onChange(next)}
      >
        <Base.Indicator className={styles.mark}>
          {isMixed ? <Minus aria-hidden size={12} /> : <Check aria-hidden size={12} />}
        </Base.Indicator>
      </Base.Root>
      <span className={styles.words}>
        <label id={`${controlId}-label`} htmlFor={controlId}>
          {label}
        </label>
        {help !== undefined && (
          <span id={`${controlId}-help`} className={styles.help}>
            {help}
          </span>
        )}
      </span>
    </div>
  );
}
