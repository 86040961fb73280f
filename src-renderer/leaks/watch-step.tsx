import { Link } from '@tanstack/react-router';
import type { LeakWithTraffic } from '#contract/leaks.ts';
import { count } from '#renderer/format/numbers.ts';
import { duration } from '#renderer/format/durations.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Step } from './step.tsx';
import styles from './leaks.module.css';

/** Who still tries, as it happens. */
export function WatchStep({ leak }: { readonly leak: LeakWithTraffic }) {
  const { traffic, containedAt } = leak;
  return (
    <Step title="Watch for attempts" done={null}>
      {traffic === null ? (
        <p>Not known while the request log is down.</p>
      ) : (
        <>
          <p>
            <span className={styles.figure} data-testid="attempts">
              {count(traffic.attempts)}
              {traffic.hasMoreAttempts && '+'}
            </span>{' '}
            refused since it was {containedAt === null ? 'found' : 'contained'}
            {traffic.lastRefusedAt !== null && (
              <>
                , the last <RelativeTime at={traffic.lastRefusedAt} />
              </>
            )}
            .
          </p>
          <p className={styles.quiet}>
            {traffic.firstRefusedAt !== null &&
              containedAt !== null &&
              `First refusal ${duration(traffic.firstRefusedAt - containedAt)} after it was contained. `}
            {traffic.lastPassedAt === null ? (
              'No request that passed is in the log.'
            ) : (
              <>
                Last request that passed: <RelativeTime at={traffic.lastPassedAt} />.
              </>
            )}
          </p>
        </>
      )}
      <div className={styles.buttons}>
        <Link to="/requests" search={{ key: leak.keyId, live: 'on' }} className="button-link">
          Follow its requests live
        </Link>
      </div>
    </Step>
  );
}
