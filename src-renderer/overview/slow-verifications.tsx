import { Link } from '@tanstack/react-router';
import type { SystemStatus } from '#contract/system.ts';
import { latency } from '#renderer/format/durations.ts';
import { counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { OUTCOME_WORDS } from '#renderer/requests/outcome-chip.tsx';
import { BittingGlyph } from '#renderer/ui/bitting-glyph.tsx';
import styles from './on-call.module.css';

type Slow = SystemStatus['verify']['slow'];

/** Verifications that took long to decide, each with its key and the way to its request. */
export function SlowVerifications({ slow: { count, fromMs, items } }: { readonly slow: Slow }) {
  const limit = latency(fromMs * 1_000);
  if (count === 0) {
    return <p className={styles.quiet}>No verification took {limit} or longer since the start.</p>;
  }
  return (
    <>
      <p className={styles.quiet}>
        {counted(count, 'verification')} took {limit} or longer since the start
        {count > items.length ? `; the newest ${String(items.length)}:` : ':'}
      </p>
      <div className={styles.frame}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Took</th>
              <th scope="col">Key</th>
              <th scope="col">Service</th>
              <th scope="col">Outcome</th>
              <th scope="col">Request</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <SlowRow key={`${item.requestId} ${String(item.at)}`} item={item} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function SlowRow({ item }: { readonly item: Slow['items'][number] }) {
  const { at, code, keyId, latencyUs, requestId, service } = item;
  return (
    <tr>
      <td>
        <RelativeTime at={at} />
      </td>
      <td>{latency(latencyUs)}</td>
      <td>
        {keyId === null ? (
          'no key of ours'
        ) : (
          <Link to="/keys/$keyId" params={{ keyId }} className={styles.key}>
            <BittingGlyph keyId={keyId} size={16} /> {keyId}
          </Link>
        )}
      </td>
      <td>{service}</td>
      <td>{OUTCOME_WORDS[code]}</td>
      <td>
        <Link to="/requests/$requestId" params={{ requestId }}>
          Show<span className="visually-hidden"> request {requestId}</span>
        </Link>
      </td>
    </tr>
  );
}
