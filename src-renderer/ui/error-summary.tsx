import { useEffect, useRef } from 'react';
import styles from './states.module.css';

interface ErrorSummaryProps {
  /** Problems in the order of the form. */
  readonly problems: readonly {
    readonly fieldId: string;
    readonly label: string;
    readonly message: string;
  }[];
  /** Changes with every try to send the form, so that focus goes to the first field again. */
  readonly attempt: number;
}

/** All problems of a form, read out, each leading to its field. Focus goes to the first field in question. */
export function ErrorSummary({ problems, attempt }: ErrorSummaryProps) {
  const first = problems[0]?.fieldId;
  const done = useRef(0);
  useEffect(() => {
    if (first === undefined || done.current === attempt) return;
    done.current = attempt;
    focusField(first);
  }, [first, attempt]);
  if (problems.length === 0) return null;
  return (
    <div className={styles.note} role="alert">
      <p>
        {problems.length === 1
          ? 'One thing is missing or wrong:'
          : `${String(problems.length)} things are missing or wrong:`}
      </p>
      <ul>
        {problems.map((problem) => (
          <li key={problem.fieldId}>
            <button type="button" className={styles.noteLink} onClick={() => focusField(problem.fieldId)}>
              {problem.label}: {problem.message}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

const FOCUSABLE = 'input, button, textarea, select, [tabindex]';

function focusField(id: string): void {
  const field = document.getElementById(id);
  if (field === null) return;
  const target = field.matches(FOCUSABLE) ? field : field.querySelector<HTMLElement>(FOCUSABLE);
  target?.focus();
  field.scrollIntoView({ block: 'center' });
}
