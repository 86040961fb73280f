import type { Key } from '#contract/keys.ts';
import { policyObstacle } from '#renderer/enrolment/enrolment-words.ts';
import { useNow } from '#renderer/format/clock.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import styles from './dialogs.module.css';
import { ExtendNowButton } from './extend-now-button.tsx';
import { isShownInGrace, shownStatus } from './shown-status.ts';

/** Says that a key that works ends soon, or has expired and is in its grace, with the way to let it live on. */
export function ExpiryNote({ subject }: { readonly subject: Key }) {
  const now = useNow(5_000);
  const { expiresAt, graceEndsAt, parent, status } = subject;
  if (expiresAt === null || parent !== null) return null;
  const isInGrace = isShownInGrace(subject, now);
  if (
    !isInGrace &&
    shownStatus({ ...subject, status: status === 'rotating' ? 'active' : status }, now) !== 'expiring'
  )
    return null;
  return (
    <div className={styles.due} role="note" aria-label="Expiry">
      {isInGrace && graceEndsAt !== null ? (
        <span>
          Expired <RelativeTime at={expiresAt} />, in grace until <AbsoluteTime at={graceEndsAt} />. Then its
          requests are refused.
        </span>
      ) : (
        <span>
          Expires <RelativeTime at={expiresAt} />.
        </span>
      )}
      <ExtendNowButton subject={subject} obstacle={policyObstacle(subject)} />
    </div>
  );
}
