import type { ReactNode } from 'react';
import type { Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import { useLimitsLeft } from '#renderer/api/queries.ts';
import { countdown, duration } from '#renderer/format/durations.ts';
import { count, percent } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import styles from './key-detail.module.css';

const ASK_EVERY_MS = 2_000;

type LimitsLeft = Output<'keys.limits'>;

/** What the limits in force have left right now, the plan's included. */
export function LiveLimits({ keyId }: { readonly keyId: KeyId }) {
  const left = useLimitsLeft({ keyId }, { everyMs: ASK_EVERY_MS, keepsPrevious: true }).data;
  if (left === undefined) return null;
  const { rateLimits, quota } = left;
  if (rateLimits.length === 0 && quota === null) return 'none in force';
  return (
    <span className={styles.counters} role="group" aria-label="Limits now">
      {rateLimits.map((limit) => (
        <RateCounter key={`${limit.name ?? ''} ${String(limit.windowMs)} ${limit.by}`} limit={limit} />
      ))}
      {quota !== null && (
        <Counter
          name={`per ${quota.period}`}
          used={quota.used}
          limit={quota.limit}
          reset={
            <>
              resets <RelativeTime at={quota.resetsAt} />
            </>
          }
        />
      )}
    </span>
  );
}

function RateCounter({ limit }: { readonly limit: LimitsLeft['rateLimits'][number] }) {
  const span = `per ${duration(limit.windowMs).replace(/^1 /, '')}`;
  const name = limit.name === null ? span : `${limit.name}, ${span}`;
  if (limit.used === null) {
    return (
      <span className={styles.quiet}>
        {name}: {count(limit.limit)} for each address
      </span>
    );
  }
  return (
    <Counter
      name={name}
      used={limit.used}
      limit={limit.limit}
      reset={limit.resetMs > 0 ? `free again in ${countdown(limit.resetMs)}` : 'all free'}
    />
  );
}

interface CounterProps {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
  readonly reset: ReactNode;
}

function Counter({ name, used, limit, reset }: CounterProps) {
  const share = Math.min(1, used / limit);
  return (
    <span className={styles.counter}>
      <span>
        <strong>{count(used)}</strong> of {count(limit)} {name}
      </span>
      <span
        className={styles.counterBar}
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={used}
        aria-valuetext={`${percent(share)} used`}
      >
        <span style={{ inlineSize: `${String(share * 100)}%` }} />
      </span>
      <span className={styles.quiet}>
        {count(Math.max(0, limit - used))} left, {reset}
      </span>
    </span>
  );
}
