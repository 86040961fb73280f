import { Link } from '@tanstack/react-router';
import { Circle, CircleCheck } from 'lucide-react';
import { useStatus } from '#renderer/api/queries.ts';
import { useFirstSteps } from '#renderer/welcome/use-welcome.ts';
import { STEP_TITLES, WELCOME_STEPS } from '#renderer/welcome/welcome-steps.ts';
import styles from './overview.module.css';

/** The steps of the first start with a way back to each, until the first request is in the log. */
export function FirstSteps() {
  const status = useStatus();
  return status.data === undefined || status.data.log.rowCount > 0 ? null : <Checklist />;
}

function Checklist() {
  const { isLoaded, done } = useFirstSteps();
  if (!isLoaded) return null;
  return (
    <section className={styles.steps} aria-labelledby="first-steps">
      <h2 id="first-steps">First steps</h2>
      <ol>
        {WELCOME_STEPS.map((step) => (
          <li key={step} data-done={done[step]}>
            {done[step] ? (
              <CircleCheck aria-label="Done" size={16} />
            ) : (
              <Circle aria-label="To do" size={16} />
            )}
            <Link to="/welcome" search={(before) => ({ ...before, step })}>
              {STEP_TITLES[step]}
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
