import { CopyButton } from '#renderer/ui/copy-button.tsx';
import textStyles from '#renderer/ui/text.module.css';
import styles from './handoffs.module.css';

interface ToldProps {
  readonly label: string;
  readonly text: string;
  readonly copyLabel: string;
  readonly help?: string;
  readonly isLong?: boolean;
}

/** A text that is told once, to be copied. */
export function Told({ label, text, copyLabel, help, isLong = false }: ToldProps) {
  return (
    <section className={styles.told} aria-label={label}>
      <h3>{label}</h3>
      <div className={styles.toldText}>
        <output className={isLong ? styles.message : styles.mono} aria-label={`The ${label.toLowerCase()}`}>
          {text}
        </output>
        <CopyButton text={text} label={copyLabel} />
      </div>
      {help !== undefined && <p className={textStyles.quiet}>{help}</p>}
    </section>
  );
}
