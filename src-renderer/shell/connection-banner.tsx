import { use } from 'react';
import { useStatus } from '#renderer/api/queries.ts';
import { useNow } from '#renderer/format/clock.ts';
import { clockTime } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { ConnectionContext } from './connection-context.ts';
import styles from './shell.module.css';

const SHOWN_AFTER_MS = 3_000;

/** Says when the server is gone and what is on screen is old, or what the server itself warns of. */
export function ConnectionBanner() {
  const connection = use(ConnectionContext);
  const status = useStatus();
  const now = useNow(1_000);
  const { choice } = useTimeZone();
  const isLost = connection.kind === 'lost' && now - connection.sinceMs >= SHOWN_AFTER_MS;
  const [warning] = status.data?.warnings ?? [];
  if (isLost || (status.isError && connection.kind === 'lost')) {
    return (
      <div className={styles.banner} role="alert">
        Reconnecting… Latchkey cannot be reached.
        <span className={styles.bannerDetail}>
          {status.dataUpdatedAt > 0 && `Data from ${clockTime(status.dataUpdatedAt, choice)}. `}
          Start the server again if it does not come back. This page then goes on by itself, after a new
          sign-in if it asks for one.
        </span>
        <Button onClick={() => void status.refetch()}>Try now</Button>
      </div>
    );
  }
  if (warning === undefined) return null;
  return (
    <div className={classNames(styles.banner, styles.warning)} role="status">
      {warning.message}
    </div>
  );
}
