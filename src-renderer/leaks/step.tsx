import { useId, type ReactNode } from 'react';
import { Chip } from '#renderer/ui/chip.tsx';
import styles from './leaks.module.css';

interface StepProps {
  readonly title: string;
  /** What it came to: a word for the chip; null while nothing was done. */
  readonly done: string | null;
  /** Nothing done is bad, not only open. */
  readonly isUrgent?: boolean;
  readonly children: ReactNode;
}

/** One step of an incident with its result. */
export function Step({ title, done, isUrgent = false, children }: StepProps) {
  const headingId = useId();
  return (
    <li>
      <section className={styles.step} aria-labelledby={headingId}>
        <div className={styles.stepHead}>
          <h2 id={headingId} className={styles.heading}>
            {title}
          </h2>
          {done === null ? isUrgent && <Chip tone="danger">Not yet</Chip> : <Chip tone="ok">{done}</Chip>}
        </div>
        {children}
      </section>
    </li>
  );
}
