import { Switch as Base } from '@base-ui/react/switch';
import { useId } from 'react';
import styles from './choice.module.css';

interface SwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly help?: string | undefined;
  readonly disabled?: boolean;
}

/** A yes-or-no choice that takes effect at once. */
export function Switch({ label, isOn, onChange, help, disabled }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <Base.Root
        id={id}
        className={styles.track}
        checked={isOn}
        disabled={disabled}
        aria-labelledby={`${id}-label`}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onCheckedChange={(next) => onChange(next)}
      >
        <Base.Thumb className={styles.thumb} />
      </Base.Root>
      <span className={styles.words}>
        <label id={`${id}-label`} htmlFor={id}>
          {label}
        </label>
        {help !== undefined && (
          <span id={`${id}-help`} className={styles.help}>
            {help}
          </span>
        )}
      </span>
    </div>
  );
}
