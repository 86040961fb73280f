import { CircleCheck, CircleDashed } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import styles from './steps.module.css';

/** Steps of a guided way, in their order. */
export function Steps({ children }: { readonly children: ReactNode }) {
  return <ol className={styles.steps}>{children}</ol>;
}

const FIRST_CONTROL = 'input:not([type=radio]):not([aria-hidden]), button, a[href]';

interface StepProps {
  readonly number: number;
  readonly title: string;
  /** What came of it, beside the title. */
  readonly result?: ReactNode;
  readonly isDone: boolean;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
  readonly children: ReactNode;
}

/** One step: its head opens it, and what is to be typed or pressed next has the focus then. */
export function Step({ number, title, result, isDone, isOpen, onOpen, children }: StepProps) {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Enter alone leads through the steps.
    if (isOpen) body.current?.querySelector<HTMLElement>(FIRST_CONTROL)?.focus();
  }, [isOpen]);
  return (
    <li className={styles.step} data-open={isOpen || undefined} aria-current={isOpen ? 'step' : undefined}>
      <h2 className={styles.stepHead}>
        <button type="button" className={styles.stepButton} aria-expanded={isOpen} onClick={onOpen}>
          {isDone ? (
            <CircleCheck aria-label="Done" size={18} className={styles.done} />
          ) : (
            <CircleDashed aria-label="To do" size={18} />
          )}
          {number}. {title}
          {result !== undefined && <span className={styles.aside}>{result}</span>}
        </button>
      </h2>
      {isOpen && (
        <div ref={body} className={styles.stepBody}>
          {children}
        </div>
      )}
    </li>
  );
}
