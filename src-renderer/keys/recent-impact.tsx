import { useState } from 'react';
import type { KeySummary } from '#contract/keys.ts';
import { HOUR_MS, MINUTE_MS } from '#contract/usage.ts';
import { timestampMs } from '#contract/ids.ts';
import { useUsageSummary } from '#renderer/api/traffic-queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { CallerList } from './caller-list.tsx';
import styles from './dialogs.module.css';

/** The requests of the last hour and who made them, as they were when the dialog opened. */
export function useRecentImpact(subject: Pick<KeySummary, 'keyId'>) {
  const [range] = useState(() => {
    const to = Math.ceil(nowMs() / MINUTE_MS) * MINUTE_MS;
    return { from: timestampMs.parse(to - HOUR_MS), to: timestampMs.parse(to) };
  });
  return useUsageSummary({ keyId: subject.keyId, ...range });
}

interface RecentImpactProps {
  readonly subject: KeySummary;
  readonly impact: ReturnType<typeof useRecentImpact>;
}

/** What stops when this key stops. */
export function RecentImpact({ subject, impact: summary }: RecentImpactProps) {
  return (
    <section className={styles.impact} aria-label="What stops">
      <AsyncRegion query={summary} subject="The recent requests">
        {({ totals, callers }) =>
          totals.total === 0 ? (
            <p>
              No request in the last hour.{' '}
              {subject.lastUsedAt === null ? (
                'This key was never used.'
              ) : (
                <>
                  Last used <RelativeTime at={subject.lastUsedAt} />.
                </>
              )}
            </p>
          ) : (
            <>
              <p>
                <strong>{counted(totals.total, 'request')}</strong> in the last hour from{' '}
                {counted(callers.length, 'caller')} will be refused. Application: {subject.applicationName} of{' '}
                {subject.partnerName}.
              </p>
              <CallerList callers={callers} />
            </>
          )
        }
      </AsyncRegion>
    </section>
  );
}
