import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { timestampMs } from '#contract/ids.ts';
import { useKeysPage, useRotationsDue } from '#renderer/api/queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { count } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { useEnvironment } from '#renderer/ui/use-environment.ts';
import styles from './dialogs.module.css';
import { ROTATION_DUE_SOON_MS } from './rotation-due-note.tsx';

const ASK_EVERY_MS = 60_000;
/** Named one by one; the rest is counted. */
const NAMED_MAX = 3;

/** Above the list of keys: rotations that go on, with their ends, and those that are due. Nothing when there are none. */
export function RotationsStrip() {
  const environment = useEnvironment();
  const [before] = useState(() => timestampMs.parse(nowMs() + ROTATION_DUE_SOON_MS));
  const rotating = useKeysPage(
    { filter: { status: ['rotating'], ...(environment === null ? {} : { environment }) }, limit: NAMED_MAX },
    { everyMs: ASK_EVERY_MS },
  ).data;
  const due = useRotationsDue({ before }, { everyMs: ASK_EVERY_MS }).data;
  if ((rotating?.total ?? 0) === 0 && (due?.total ?? 0) === 0) return null;
  return (
    <section className={styles.strip} aria-label="Rotations">
      {rotating !== undefined && rotating.total > 0 && (
        <p>
          Rotating:{' '}
          {rotating.items.map((key) => (
            <span key={key.keyId} className={styles.stripItem}>
              <Link to="/keys/$keyId" params={{ keyId: key.keyId }}>
                {key.name}
              </Link>
              {key.overlapEndsAt !== null && (
                <>
                  {' '}
                  (old secret ends <RelativeTime at={key.overlapEndsAt} />)
                </>
              )}
            </span>
          ))}
          <More shown={rotating.items.length} total={rotating.total} />
        </p>
      )}
      {due !== undefined && due.total > 0 && (
        <p>
          Rotation due:{' '}
          {due.items.slice(0, NAMED_MAX).map((key) => (
            <span key={key.keyId} className={styles.stripItem}>
              <Link to="/keys/$keyId" params={{ keyId: key.keyId }}>
                {key.name}
              </Link>{' '}
              (<RelativeTime at={key.dueAt} />)
            </span>
          ))}
          <More shown={Math.min(NAMED_MAX, due.items.length)} total={due.total} />
        </p>
      )}
    </section>
  );
}

function More({ shown, total }: { readonly shown: number; readonly total: number }) {
  return total > shown ? <span>and {count(total - shown)} more</span> : null;
}
