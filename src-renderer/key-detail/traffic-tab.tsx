import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { AuditEvent } from '#contract/audit.ts';
import type { Output } from '#contract/contract.ts';
import { timestampMs, type KeyId, type TimestampMs } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import { DAY_MS } from '#contract/usage.ts';
import { useAudit, useStatus } from '#renderer/api/queries.ts';
import { useUsageSeries, useUsageSummary } from '#renderer/api/traffic-queries.ts';
import { TIME_RANGE_NAMES, type TimeRangeName } from '#renderer/charts/time-range.ts';
import { TimeRangePicker } from '#renderer/charts/time-range-picker.tsx';
import { nowMs } from '#renderer/format/clock.ts';
import { verifyCurlText } from '#renderer/requests/curl-text.ts';
import { useRangeActions } from '#renderer/shell/actions/use-range-actions.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { CodeBlock } from '#renderer/ui/code.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { ChangeList } from './change-list.tsx';
import { CustomRangeDialog } from './custom-range-dialog.tsx';
import type { KeyDetailSearch } from './key-detail-search.ts';
import styles from './key-detail.module.css';
import { TopCallers, TopEndpoints } from './top-lists.tsx';
import { ChartSkeleton, TrafficCharts } from './traffic-charts.tsx';
import { useTrafficRange, type TrafficRange } from './traffic-range.ts';

interface TrafficTabProps {
  readonly subject: Key;
  readonly search: KeyDetailSearch;
  readonly onSearch: (search: KeyDetailSearch, replace: boolean) => void;
}

type Summary = Output<'usage.summary'>;

/** How often the charts ask again: a bucket of the last hour is a minute, so that a fresh request shows soon. */
const ASK_EVERY_MS: Readonly<Record<TimeRangeName, number>> = {
  '1h': 5_000,
  '24h': 15_000,
  '7d': 60_000,
  '30d': 60_000,
};

/** Changes that are flagged at most. */
const EVENTS_MAX = 50;

/** What became of the key's requests over time, and who made which. */
export function TrafficTab({ subject, search, onSearch }: TrafficTabProps) {
  const range = useTrafficRange(search);
  const { from, to, bucketMs, lengthMs } = range;
  const everyMs =
    subject.lastUsedAt === null || range.name === null ? ASK_EVERY_MS['1h'] : ASK_EVERY_MS[range.name];
  const options = { keepsPrevious: true, everyMs };
  const { keyId } = subject;
  const series = useUsageSeries({ keyId, from, to, bucketMs }, options);
  const before = useUsageSeries(
    { keyId, bucketMs, from: timestampMs.parse(from - lengthMs), to: timestampMs.parse(to - lengthMs) },
    { keepsPrevious: true, staleMs: DAY_MS },
  );
  const summary = useUsageSummary({ keyId, from, to }, options);
  const events = useKeyEvents(keyId, from, to);
  const isUnused = subject.lastUsedAt === null && (summary.data?.totals.total ?? 0) === 0;
  const setRange = (next: TimeRangeName) =>
    onSearch({ ...search, range: next, since: undefined, until: undefined }, true);
  return (
    <div className={styles.stack}>
      <RangeBar range={range} search={search} onSearch={onSearch} onRange={setRange} />
      <AsyncRegion
        // A poll in the background is no news: only a change of range shows progress.
        query={series}
        isBusy={series.isPlaceholderData}
        subject="The charts"
        className={styles.region}
        skeleton={<ChartSkeleton />}
        isEmpty={(buckets) => buckets.every((bucket) => bucket.total === 0)}
        empty={isUnused ? <FirstRequest /> : <QuietRange range={range} onRange={setRange} />}
      >
        {(buckets) => (
          <TrafficCharts
            previous={before.data ?? null}
            {...{ buckets, range, search, onSearch, events, keyId }}
          />
        )}
      </AsyncRegion>
      <ChangeList events={events} keyId={keyId} />
      <AsyncRegion<Summary>
        query={summary}
        isBusy={summary.isPlaceholderData}
        subject="The lists"
        className={styles.region}
        isEmpty={(data) => data.totals.total === 0}
        empty={null}
      >
        {(data) => (
          <div className={styles.lists}>
            <TopEndpoints endpoints={data.topEndpoints} keyId={keyId} />
            <TopCallers callers={data.callers} keyId={keyId} />
          </div>
        )}
      </AsyncRegion>
    </div>
  );
}

const NO_EVENTS: readonly AuditEvent[] = [];

/** Changes of the key within a range, newest first. */
function useKeyEvents(keyId: KeyId, from: TimestampMs, to: TimestampMs): readonly AuditEvent[] {
  const filter = { subjectKind: 'key', subjectId: keyId, from, to } as const;
  const audit = useAudit({ filter, limit: EVENTS_MAX }, { keepsPrevious: true });
  return audit.data?.pages[0]?.items ?? NO_EVENTS;
}

interface RangeBarProps {
  readonly range: TrafficRange;
  readonly search: KeyDetailSearch;
  readonly onSearch: TrafficTabProps['onSearch'];
  readonly onRange: (range: TimeRangeName) => void;
}

function RangeBar({ range, search, onSearch, onRange }: RangeBarProps) {
  const [isChoosing, setChoosing] = useState(false);
  useRangeActions(TIME_RANGE_NAMES, onRange);
  return (
    <div className={styles.bar}>
      <TimeRangePicker value={range.name} onChange={onRange} onCustom={() => setChoosing(true)} />
      {range.name === null && <span className={styles.quiet}>{range.last}</span>}
      {isChoosing && (
        <CustomRangeDialog
          fromMs={range.from}
          toMs={Math.min(range.to, nowMs())}
          onChoose={(fromMs, toMs) =>
            onSearch(
              {
                ...search,
                range: 'custom',
                since: timestampMs.parse(fromMs),
                until: timestampMs.parse(toMs),
              },
              false,
            )
          }
          onClose={() => setChoosing(false)}
        />
      )}
    </div>
  );
}

function FirstRequest() {
  const status = useStatus();
  const url = status.data?.service.url ?? 'http://127.0.0.1:7420';
  return (
    <div className={styles.first}>
      <EmptyState title="Waiting for the first request">
        <p>
          As soon as a service asks about this key, its traffic appears here. To try it, put the key and the
          token of a <Link to="/services">service</Link> into variables and run:
        </p>
      </EmptyState>
      <CodeBlock code={verifyCurlText(url)} label="curl command" />
    </div>
  );
}

function QuietRange({ range, onRange }: Pick<RangeBarProps, 'range' | 'onRange'>) {
  return (
    <EmptyState
      title={`No requests in ${range.name === null ? '' : 'the '}${range.last}.`}
      actions={range.name !== '30d' && <Button onClick={() => onRange('30d')}>Show 30 days</Button>}
    />
  );
}
