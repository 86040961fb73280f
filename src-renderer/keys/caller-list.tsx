import type { Caller } from '#contract/usage.ts';
import { count } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import styles from './dialogs.module.css';

/** Callers that are shown unless a place has room for more; the rest is counted. */
const SHOWN_MAX = 6;

interface CallerListProps {
  readonly callers: readonly Caller[];
  /** What the list says, for screen readers. */
  readonly label?: string;
  readonly shownMax?: number;
  /** How many there are in all, where `callers` has only the first ones. */
  readonly total?: number;
}

/** Who calls: address, program, tags, how often, when last. */
export function CallerList({ callers, label, shownMax = SHOWN_MAX, total }: CallerListProps) {
  const shown = callers.slice(0, shownMax);
  const hiddenCount = (total ?? callers.length) - shown.length;
  return (
    <>
      <ul className={styles.callers} aria-label={label} data-row-count={total ?? callers.length}>
        {shown.map((caller) => (
          <li key={`${caller.clientIp ?? ''} ${caller.userAgent ?? ''} ${String(caller.secretVersion)}`}>
            <code>{caller.clientIp ?? 'address not reported'}</code>
            <span className={styles.agent} title={caller.userAgent ?? undefined}>
              {caller.userAgent ?? 'program not reported'}
              {caller.tags.length > 0 && <span className={styles.tags}> {caller.tags.join(', ')}</span>}
            </span>
            <span>{count(caller.count)} ×</span>
            <RelativeTime at={caller.lastAt} />
          </li>
        ))}
      </ul>
      {hiddenCount > 0 && <p className={styles.hint}>and {count(hiddenCount)} more</p>}
    </>
  );
}
