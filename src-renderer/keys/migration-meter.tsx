import { count, percent } from '#renderer/format/numbers.ts';
import styles from './dialogs.module.css';

interface MigrationMeterProps {
  /** 0 to 1; null without requests. */
  readonly share: number | null;
  readonly currentCount: number;
  readonly retiringCount: number;
}

/** Share of the traffic that is on the new secret. */
export function MigrationMeter({ share, currentCount, retiringCount }: MigrationMeterProps) {
  if (share === null) return <p>No requests in the last hour since the rotation.</p>;
  return (
    <>
      <div
        className={styles.meter}
        role="meter"
        aria-label="Requests on the new secret"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={`${percent(share)} of requests use the new secret`}
      >
        <span className={styles.meterFill} style={{ inlineSize: `${String(share * 100)}%` }} />
      </div>
      <p>
        <strong>{percent(share)}</strong> of requests are on the new secret: {count(currentCount)} new,{' '}
        {count(retiringCount)} old, last hour.
      </p>
    </>
  );
}
