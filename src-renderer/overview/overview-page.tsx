import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useMemo } from 'react';
import { useKeysPage } from '#renderer/api/queries.ts';
import { useUsageSeries, useUsageSummary } from '#renderer/api/traffic-queries.ts';
import {
  bucketRange,
  TIME_RANGE_NAMES,
  TIME_RANGES,
  timeRangeName,
  type TimeRangeName,
} from '#renderer/charts/time-range.ts';
import { TimeRangePicker } from '#renderer/charts/time-range-picker.tsx';
import { TrafficPanels } from '#renderer/charts/traffic-panels.tsx';
import { trafficPoints } from '#renderer/charts/traffic-series.ts';
import { nowMs, useNow } from '#renderer/format/clock.ts';
import { count, percent } from '#renderer/format/numbers.ts';
import { HandoffNotices } from '#renderer/notices/handoff-notices.tsx';
import { QuotaNotices } from '#renderer/notices/quota-notices.tsx';
import { useRangeActions } from '#renderer/shell/actions/use-range-actions.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { useEnvironment } from '#renderer/ui/use-environment.ts';
import { FirstSteps } from './first-steps.tsx';
import { OverviewTabs } from './overview-tabs.tsx';
import styles from './overview.module.css';
import { TopLists } from './top-lists.tsx';

/** All traffic of the chosen environment, what needs attention, and the first steps while there is nothing yet. */
export function OverviewPage() {
  const search = useSearch({ from: '/overview' });
  const navigate = useNavigate();
  const environment = useEnvironment();
  const range = timeRangeName(search.range);
  const { fromMs, toMs, bucketMs } = bucketRange(range, useNow(TIME_RANGES[range].bucketMs));
  const filter = { from: fromMs, to: toMs, ...(environment === null ? {} : { environment }) };
  const series = useUsageSeries({ ...filter, bucketMs }, { keepsPrevious: true });
  const summary = useUsageSummary(filter, { keepsPrevious: true });
  // Charts take long to draw: the page is there before them, also when their figures are known already.
  const buckets = useDeferredValue(series.data ?? null, null);
  const points = useMemo(
    () => (buckets === null ? undefined : trafficPoints(buckets, bucketMs, nowMs())),
    [buckets, bucketMs],
  );
  const choose = (next: TimeRangeName) =>
    void navigate({ to: '/overview', search: (former) => ({ ...former, range: next }), resetScroll: false });
  useRangeActions(TIME_RANGE_NAMES, choose);
  return (
    <Page>
      <PageHeader title="Overview" actions={<TimeRangePicker value={range} onChange={choose} />} />
      <OverviewTabs />
      <FirstSteps />
      <Attention />
      <HandoffNotices />
      <QuotaNotices />
      <AsyncRegion query={summary} subject="The totals">
        {({ totals }) =>
          totals.total > 0 && (
            <dl className={styles.figures}>
              <Figure name="Requests" value={count(totals.total)} />
              <Figure name="Allowed" value={count(totals.byCode.VALID ?? 0)} />
              <Figure name="Refused" value={count(totals.total - (totals.byCode.VALID ?? 0))} />
              <Figure name="Error rate" value={percent(totals.errorRate)} />
            </dl>
          )
        }
      </AsyncRegion>
      <AsyncRegion
        query={{ ...series, data: points }}
        subject="The charts"
        isEmpty={(shown) => shown.every((point) => point.total === 0)}
        empty={
          <EmptyState title={`No request in the ${TIME_RANGES[range].last}`}>
            Requests appear here as soon as a service asks.
          </EmptyState>
        }
      >
        {(shown) => (
          <section aria-labelledby="traffic">
            <h2 id="traffic" className="visually-hidden">
              Traffic
            </h2>
            <TrafficPanels points={shown} range={TIME_RANGES[range]} syncId="overview" />
          </section>
        )}
      </AsyncRegion>
      <AsyncRegion query={summary} subject="The top lists">
        {(data) => <TopLists summary={data} />}
      </AsyncRegion>
    </Page>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className={styles.figure}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const WATCHED = [
  { status: 'rotating', words: 'rotating' },
  { status: 'expiring', words: 'expiring within 14 days' },
  { status: 'unused', words: 'not used for 30 days' },
  { status: 'suspended', words: 'suspended' },
] as const;

function Attention() {
  const keys = useKeysPage({ limit: 1 });
  if (keys.data === undefined || keys.data.total === 0) return null;
  return (
    <ul className={styles.attention} aria-label="Keys that need attention">
      {WATCHED.map((entry) => (
        <Watched key={entry.status} {...entry} />
      ))}
    </ul>
  );
}

function Watched({ status, words }: (typeof WATCHED)[number]) {
  const environment = useEnvironment();
  const query = useKeysPage({
    filter: { status: [status], ...(environment === null ? {} : { environment }) },
    limit: 1,
  });
  return (
    <li>
      <Link to="/keys" search={{ status: [status] }}>
        <strong>{query.data === undefined ? '–' : count(query.data.total)}</strong> {words}
      </Link>
    </li>
  );
}
