import type { Key } from '#contract/keys.ts';
import { DAY_MS } from '#contract/usage.ts';
import { useNow } from '#renderer/format/clock.ts';
import { duration } from '#renderer/format/durations.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { Button } from '#renderer/ui/button.tsx';
import styles from './dialogs.module.css';
import type { KeyActions } from './use-key-actions.tsx';

/** A rotation is announced this long before it is due. */
export const ROTATION_DUE_SOON_MS = 7 * DAY_MS;

interface RotationDueNoteProps {
  readonly subject: Key;
  readonly actions: KeyActions;
}

/** Says that the key is to be rotated, soon or already, with the way to do it. A new secret is never made without somebody to take
 *  it: the rhythm only reminds. */
export function RotationDueNote({ subject, actions }: RotationDueNoteProps) {
  const now = useNow(60_000);
  const { rotationDueAt, rotateEveryMs, overlap, status } = subject;
  if (rotationDueAt === null || rotateEveryMs === null || overlap !== null) return null;
  if (status === 'expired' || rotationDueAt - now > ROTATION_DUE_SOON_MS) return null;
  return (
    <div className={styles.due} role="note" aria-label="Rotation due">
      <span>
        {rotationDueAt <= now ? 'Rotation was due ' : 'Rotation is due '}
        <RelativeTime at={rotationDueAt} /> (every {duration(rotateEveryMs)}).
      </span>
      <Button onClick={() => actions.rotate(subject)} disabledReason={actions.obstacle('rotate', subject)}>
        Rotate…
      </Button>
    </div>
  );
}
