import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Output } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import { useStatus, useUsageSeries, useUsageSummary } from '#renderer/api/queries.ts';
import { bucketRange, TIME_RANGES, type TimeRangeName } from '#renderer/charts/time-range.ts';
import { TimeRangePicker } from '#renderer/charts/time-range-picker.tsx';
import { trafficPoints, type TrafficPoint } from '#renderer/charts/traffic-series.ts';
import { useNow } from '#renderer/format/clock.ts';
import { verifyCurlText } from '#renderer/requests/curl-text.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { CodeBlock } from '#renderer/ui/code.tsx';
import { EmptyState, Skeleton } from '#renderer/ui/states.tsx';
import styles from './key-detail.module.css';
import { TopCallers, TopEndpoints } from './top-lists.tsx';

interface TrafficTabProps {
  readonly subject: Key;
  readonly range: TimeRangeName;
  readonly onRange: (range: TimeRangeName) => void;
  /** Shows the requests of one bucket. */
  readonly onPick: (point: TrafficPoint) => void;
}

/** The chart library is large: it comes when charts are looked at, not with the page. */
const TrafficPanels = lazy(() =>
  import('#renderer/charts/traffic-panels.tsx').then((module) => ({ default: module.TrafficPanels })),
);

type Summary = Output<'usage.summary'>;

/** How often the charts ask again: a bucket of the last hour is a minute, so that a fresh request shows soon. */
const ASK_EVERY_MS: Readonly<Record<TimeRangeName, number>> = {
  '1h': 5_000,
  '24h': 15_000,
  '7d': 60_000,
  '30d': 60_000,
};

/** The range that charts and lists of a key share, as input for the usage procedures. */
export function useRangeInput(range: TimeRangeName) {
  const now = useNow(15_000);
  const { fromMs, toMs, bucketMs } = bucketRange(range, now);
  return { now, from: timestampMs.parse(fromMs), to: timestampMs.parse(toMs), bucketMs };
}

/** What became of the key's requests over time, and who made which. */
export function TrafficTab({ subject, range, onRange, onPick }: TrafficTabProps) {
  const { now, from, to, bucketMs } = useRangeInput(range);
  const options = {
    keepsPrevious: true,
    everyMs: subject.lastUsedAt === null ? ASK_EVERY_MS['1h'] : ASK_EVERY_MS[range],
  };
  const series = useUsageSeries({ keyId: subject.keyId, from, to, bucketMs }, options);
  const summary = useUsageSummary({ keyId: subject.keyId, from, to }, options);
  const isUnused = subject.lastUsedAt === null && (summary.data?.totals.total ?? 0) === 0;
  // A poll in the background is no news: only a change of range shows progress.
  const calm = { ...series, isFetching: series.isPlaceholderData };
  return (
    <div className={styles.stack}>
      <div className={styles.bar}>
        <TimeRangePicker value={range} onChange={onRange} />
      </div>
      <AsyncRegion
        query={calm}
        subject="The charts"
        className={styles.region}
        skeleton={<ChartSkeleton />}
        isEmpty={(buckets) => buckets.every((bucket) => bucket.total === 0)}
        empty={isUnused ? <FirstRequest /> : <QuietRange range={range} onRange={onRange} />}
      >
        {(buckets) => (
          <Suspense fallback={<ChartSkeleton />}>
            <TrafficPanels
              points={trafficPoints(buckets, bucketMs, now)}
              range={range}
              syncId={`key-${subject.keyId}`}
              onPick={onPick}
            />
          </Suspense>
        )}
      </AsyncRegion>
      <AsyncRegion<Summary>
        query={{ ...summary, isFetching: summary.isPlaceholderData }}
        subject="The lists"
        className={styles.region}
        isEmpty={(data) => data.totals.total === 0}
        empty={null}
      >
        {(data) => (
          <div className={styles.lists}>
            <TopEndpoints endpoints={data.topEndpoints} keyId={subject.keyId} />
            <TopCallers callers={data.callers} keyId={subject.keyId} />
          </div>
        )}
      </AsyncRegion>
    </div>
  );
}

function FirstRequest() {
  const status = useStatus();
  const url = status.data?.service.url ?? 'http://127.0.0.1:7420';
  return (
    <div className={styles.first}>
      <EmptyState title="Waiting for the first request.">
        <p>
          As soon as a service asks about this key, its traffic appears here. To try it, put the key and the
          token of a <Link to="/services">service</Link> into variables and run:
        </p>
      </EmptyState>
      <CodeBlock code={verifyCurlText(url)} label="curl command" />
    </div>
  );
}

function QuietRange({ range, onRange }: Pick<TrafficTabProps, 'range' | 'onRange'>) {
  return (
    <EmptyState
      title={`No requests in the ${TIME_RANGES[range].last}.`}
      actions={range !== '30d' && <Button onClick={() => onRange('30d')}>Show 30 days</Button>}
    />
  );
}

function ChartSkeleton() {
  return (
    <div className={styles.stack} aria-hidden>
      <Skeleton heightPx={220} />
      <Skeleton heightPx={150} />
      <Skeleton heightPx={150} />
    </div>
  );
}
