import { lazy, memo, Suspense, useCallback, useMemo } from 'react';
import type { AuditEvent } from '#contract/audit.ts';
import { TARGETS } from '#contract/health.ts';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import type { UsageBucket } from '#contract/usage.ts';
import { actionWords } from '#renderer/audit/audit-words.ts';
import type { Stretch } from '#renderer/charts/chart-marks.ts';
import { trafficPoints, type TrafficPoint } from '#renderer/charts/traffic-series.ts';
import { Skeleton } from '#renderer/ui/states.tsx';
import type { KeyDetailSearch } from './key-detail-search.ts';
import styles from './key-detail.module.css';
import { SelectionBar } from './selection-bar.tsx';
import type { TrafficRange } from './traffic-range.ts';

/** The chart library is large: it comes when charts are looked at, not with the page. */
const TrafficPanels = lazy(() =>
  import('#renderer/charts/traffic-panels.tsx').then((module) => ({ default: module.TrafficPanels })),
);

interface TrafficChartsProps {
  readonly buckets: readonly UsageBucket[];
  /** One period before, bucket by bucket; null while it is not known. */
  readonly previous: readonly UsageBucket[] | null;
  readonly range: TrafficRange;
  readonly search: KeyDetailSearch;
  readonly onSearch: (search: KeyDetailSearch, replace: boolean) => void;
  /** Changes of the key, flagged on the time axis. */
  readonly events: readonly AuditEvent[];
  readonly keyId: KeyId;
}

/** The charts of a key with their brush. Thousands of marks: drawn again only when what they show is another, not with the page. */
export const TrafficCharts = memo(function TrafficCharts(props: TrafficChartsProps) {
  const { buckets, previous, range, search, onSearch, keyId } = props;
  const { bucketMs, fillingFrom } = range;
  const points = useMemo(
    () => trafficPoints(buckets, bucketMs, fillingFrom, previous),
    [buckets, bucketMs, fillingFrom, previous],
  );
  const marks = useMarks(props);
  const { selection, onSelect } = marks;
  const showBucket = useCallback(
    (point: TrafficPoint) => {
      const from = timestampMs.parse(point.start);
      const to = timestampMs.parse(point.end);
      onSearch({ ...search, tab: 'requests', log: 'custom', from, to }, false);
    },
    [search, onSearch],
  );
  return (
    <>
      {selection !== null && (
        <SelectionBar
          selection={selection}
          points={points}
          onShow={() => onSearch({ ...search, tab: 'requests' }, false)}
          onZoom={() => onSearch({ ...search, range: 'custom', since: search.from, until: search.to }, false)}
          onClear={() => onSelect(null)}
        />
      )}
      <Suspense fallback={<ChartSkeleton />}>
        <TrafficPanels
          points={points}
          range={range}
          syncId={`key-${keyId}`}
          onPick={showBucket}
          marks={marks}
          errorTarget={1 - TARGETS.successRate}
        />
      </Suspense>
      <p className={styles.quiet}>
        Drag across a chart, or hold Shift with the arrow keys, to select a range. Esc clears it.
      </p>
    </>
  );
});

/** What is brushed, how that is changed, and what happened to the key. */
function useMarks({ search, onSearch, events }: Pick<TrafficChartsProps, 'search' | 'onSearch' | 'events'>) {
  return useMemo(() => {
    const { from, to } = search;
    return {
      selection: from === undefined || to === undefined ? null : { fromMs: from, toMs: to },
      onSelect: (next: Stretch | null) => {
        const brushed =
          next === null
            ? { from: undefined, to: undefined, log: undefined }
            : {
                from: timestampMs.parse(next.fromMs),
                to: timestampMs.parse(next.toMs),
                log: 'custom' as const,
              };
        onSearch({ ...search, ...brushed }, true);
      },
      events: events.map((event) => ({
        atMs: event.at,
        text: `${actionWords(event.action)} by ${event.actor.name}`,
      })),
    };
  }, [search, onSearch, events]);
}

/** Where the charts will be. */
export function ChartSkeleton() {
  return (
    <div className={styles.stack} aria-hidden>
      <Skeleton heightPx={220} />
      <Skeleton heightPx={150} />
      <Skeleton heightPx={150} />
    </div>
  );
}
