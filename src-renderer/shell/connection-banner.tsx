import { use, useEffect, useState } from 'react';
import { useStatus } from '#renderer/api/queries.ts';
import type { Connection } from '#renderer/api/live-updates.ts';
import { nowMs, useNow } from '#renderer/format/clock.ts';
import { clockTime } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { ConnectionContext } from './connection-context.ts';
import styles from './shell.module.css';

/** A loss that is shorter is nobody's business. */
const SHOWN_AFTER_MS = 3_000;
const BACK_SHOWN_MS = 5_000;
/** The status is asked for every 2 s: once it is this old, the server does not answer, even if it says nothing. */
const STATUS_OLD_MS = 10_000;

/** Says when the server is gone or its announcements are, so that what is on screen is old; and what the server itself warns of. */
export function ConnectionBanner() {
  const connection = use(ConnectionContext);
  const status = useStatus();
  const now = useNow(1_000);
  const lost = useLoss(connection, now);
  const [warning] = status.data?.warnings ?? [];
  const isSilent = status.isError || now - status.dataUpdatedAt > STATUS_OLD_MS;
  if ((lost === 'short' || lost === 'lost') && isSilent) return <ServerLost status={status} />;
  if (lost === 'lost') {
    return (
      <div className={classNames(styles.banner, styles.warning)} role="status">
        Live updates lost, retrying…
        <span className={styles.bannerDetail}>
          Pages still ask for themselves; what others change shows later than usual.
        </span>
      </div>
    );
  }
  if (lost === 'back') {
    return (
      <div className={classNames(styles.banner, styles.back)} role="status">
        Live updates are back.
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

function ServerLost({ status }: { readonly status: ReturnType<typeof useStatus> }) {
  const { choice } = useTimeZone();
  return (
    <div className={styles.banner} role="alert">
      Reconnecting… Latchkey cannot be reached.
      <span className={styles.bannerDetail}>
        {status.dataUpdatedAt > 0 && `Data from ${clockTime(status.dataUpdatedAt, choice)}. `}
        Start the server again if it does not come back. This page then goes on by itself, after a new sign-in
        if it asks for one.
      </span>
      <Button onClick={() => void status.refetch()}>Try now</Button>
    </div>
  );
}

/** Whether announcements are lost: `short` while that may pass unseen, `back` for a moment after a loss that was told. */
function useLoss(connection: Connection, now: number): 'none' | 'short' | 'lost' | 'back' {
  const [toldMs, setToldMs] = useState<number | null>(null);
  const isLost = connection.kind === 'lost';
  const isTold = isLost && now - connection.sinceMs >= SHOWN_AFTER_MS;
  useEffect(() => {
    if (isTold) return () => setToldMs(nowMs());
    return undefined;
  }, [isTold]);
  if (isLost) return isTold ? 'lost' : 'short';
  return toldMs !== null && now - toldMs < BACK_SHOWN_MS ? 'back' : 'none';
}
