import type { Caller } from '#contract/usage.ts';
import { count } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import styles from './dialogs.module.css';

/** Callers that are shown; the rest is counted. */
const SHOWN_MAX = 6;

/** Who calls: address, program, how often, when last. */
export function CallerList({ callers }: { readonly callers: readonly Caller[] }) {
  const shown = callers.slice(0, SHOWN_MAX);
  return (
    <>
      <ul className={styles.callers}>
        {shown.map((caller) => (
          <li key={`${caller.clientIp ?? ''} ${caller.userAgent ?? ''} ${String(caller.secretVersion)}`}>
            <code>{caller.clientIp ?? 'address not reported'}</code>
            <span className={styles.agent}>{caller.userAgent ?? 'program not reported'}</span>
            <span>{count(caller.count)} ×</span>
            <RelativeTime at={caller.lastAt} />
          </li>
        ))}
      </ul>
      {callers.length > shown.length && (
        <p className={styles.hint}>and {count(callers.length - shown.length)} more</p>
      )}
    </>
  );
}
