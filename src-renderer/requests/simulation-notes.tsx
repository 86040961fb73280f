import { TriangleAlert } from 'lucide-react';
import type { Simulation } from '#contract/keys.ts';
import { count } from '#renderer/format/numbers.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { duration } from '#renderer/format/durations.ts';
import styles from './requests.module.css';

/** What a try found beside its outcome: warnings that a service would get, and what the limits have left. */
export function SimulationNotes({ simulation }: { readonly simulation: Simulation }) {
  const { quota, rateLimit, rateLimits, warnings } = simulation;
  const windows =
    rateLimits.length > 0 ? rateLimits : rateLimit === null ? [] : [{ name: 'default', ...rateLimit }];
  if (warnings.length + windows.length === 0 && quota === null) return null;
  return (
    <ul className={styles.notes} aria-label="Warnings and what is left">
      {warnings.map(({ code, message }) => (
        <li key={`${code} ${message}`} className={styles.warning}>
          <TriangleAlert aria-hidden size={14} />
          <span>
            <span className="visually-hidden">Warning: </span>
            {message}
          </span>
        </li>
      ))}
      {windows.map(({ name, limit, remaining, windowMs }) => (
        <li key={name}>
          {name === 'default' ? 'Rate limit' : name}: {count(remaining)} of {count(limit)} left in{' '}
          {duration(windowMs)}
        </li>
      ))}
      {quota !== null && (
        <li>
          Quota: {count(quota.remaining)} of {count(quota.limit)} left until{' '}
          <AbsoluteTime at={quota.resetsAt} />
        </li>
      )}
    </ul>
  );
}
