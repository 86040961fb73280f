import { Link } from '@tanstack/react-router';
import type { AuditEvent } from '#contract/audit.ts';
import type { KeyId } from '#contract/ids.ts';
import { actionWords } from '#renderer/audit/audit-words.ts';
import { count } from '#renderer/format/numbers.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import styles from './key-detail.module.css';

/** Listed one by one; the rest is in the history. */
const LISTED_MAX = 5;

/** The changes that the charts flag, in words: what happened when, by whom. */
export function ChangeList({
  events,
  keyId,
}: {
  readonly events: readonly AuditEvent[];
  readonly keyId: KeyId;
}) {
  if (events.length === 0) return null;
  return (
    <section aria-label="Changes in this range" className={styles.changes}>
      <h2>Changes</h2>
      <ul>
        {events.slice(0, LISTED_MAX).map((event) => (
          <li key={event.seq}>
            <AbsoluteTime at={event.at} />{' '}
            <Link to="/keys/$keyId" params={{ keyId }} search={{ tab: 'history', event: event.seq }}>
              {actionWords(event.action)}
            </Link>{' '}
            by {event.actor.name}
          </li>
        ))}
      </ul>
      {events.length > LISTED_MAX && (
        <p className={styles.quiet}>
          and {count(events.length - LISTED_MAX)} more in the{' '}
          <Link to="/keys/$keyId" params={{ keyId }} search={{ tab: 'history' }}>
            history
          </Link>
        </p>
      )}
    </section>
  );
}
