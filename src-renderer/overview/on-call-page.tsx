import { useNavigate, useSearch } from '@tanstack/react-router';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { HealthRange } from '#contract/health.ts';
import { useRevocations, useStatus } from '#renderer/api/queries.ts';
import { useHealth } from '#renderer/api/traffic-queries.ts';
import { usePageActions } from '#renderer/shell/actions/use-page-actions.ts';
import { useRangeActions } from '#renderer/shell/actions/use-range-actions.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { useEnvironment } from '#renderer/ui/use-environment.ts';
import { FailingKeys } from './failing-keys.tsx';
import { KeySpikes } from './key-spikes.tsx';
import { LevelCharts } from './level-charts.tsx';
import { calmSentence, missedTargets, RANGE_WORDS } from './levels.ts';
import styles from './on-call.module.css';
import { OverviewTabs } from './overview-tabs.tsx';
import { RecentRevocations } from './recent-revocations.tsx';
import { SelfTestPanel } from './self-test.tsx';
import { ServerHealth } from './server-health.tsx';
import { SlowVerifications } from './slow-verifications.tsx';
import { Tiles } from './level-tiles.tsx';
import { useWallMode, type WallMode } from './use-wall-mode.ts';

/** Asked again this often while the page can be seen; a hidden one asks nothing. */
const EVERY_MS = 5_000;
const RANGES: readonly { readonly value: HealthRange; readonly label: string }[] = [
  { value: 'hour', label: '1 hour' },
  { value: 'day', label: '24 hours' },
  { value: 'week', label: '7 days' },
];

const RANGE_ORDER = RANGES.map(({ value }) => value);

/** Is it us, is it one partner, what changed: everything about verification against its targets. */
export function OnCallPage() {
  const { range = 'hour' } = useSearch({ from: '/overview/on-call' });
  const environment = useEnvironment();
  const wall = useWallMode();
  const health = useHealth(
    { range, ...(environment === null ? {} : { environment }) },
    { everyMs: EVERY_MS, keepsPrevious: true },
  );
  const revocations = useRevocations({}, { everyMs: EVERY_MS });
  const status = useStatus({ everyMs: EVERY_MS });
  return (
    <Page>
      <PageHeader title="On call" actions={<OnCallActions range={range} wall={wall} />} />
      {!wall.isOn && <OverviewTabs />}
      <AsyncRegion
        query={health}
        subject="The service levels"
        isEmpty={({ total }) => total === 0}
        empty={
          <EmptyState title={`No request in the ${RANGE_WORDS[range]}`}>
            Success rate, latency and failing keys appear here as soon as a service asks.
          </EmptyState>
        }
      >
        {(data) => (
          <div className={styles.levels}>
            <Verdict
              calm={calmSentence(data, range)}
              missed={missedTargets(data, revocations.data?.items ?? [], status.data ?? null)}
            />
            <Tiles health={data} answers={status.data?.answers ?? null} />
            <LevelCharts health={data} range={range} />
            <FailingKeys health={data} range={range} />
          </div>
        )}
      </AsyncRegion>
      <KeySpikes environment={environment} />
      <section aria-labelledby="slow">
        <h2 id="slow">Slow verifications</h2>
        <AsyncRegion query={status} subject="Slow verifications">
          {(data) => <SlowVerifications slow={data.verify.slow} />}
        </AsyncRegion>
      </section>
      <div className={styles.pair}>
        <section aria-labelledby="revocations">
          <h2 id="revocations">Recent revocations</h2>
          <AsyncRegion
            query={revocations}
            subject="The revocations"
            isEmpty={({ items }) => items.length === 0}
            empty={<p className={styles.quiet}>No key was revoked or suspended yet.</p>}
          >
            {({ items }) => <RecentRevocations items={items} />}
          </AsyncRegion>
        </section>
        <section aria-labelledby="server">
          <h2 id="server">Server</h2>
          <AsyncRegion query={status} subject="The state of the server">
            {(data) => <ServerHealth status={data} />}
          </AsyncRegion>
        </section>
      </div>
      <SelfTestPanel />
    </Page>
  );
}

function OnCallActions({ range, wall }: { readonly range: HealthRange; readonly wall: WallMode }) {
  usePageActions([{ id: 'view.wall', run: wall.toggle }]);
  if (wall.isOn) {
    return (
      <Button className={styles.leaveWall} action="view.wall" onClick={wall.toggle}>
        Leave wall mode
      </Button>
    );
  }
  return (
    <>
      <RangeChoice value={range} />
      <Button action="view.wall" onClick={wall.toggle}>
        Wall mode
      </Button>
    </>
  );
}

function RangeChoice({ value }: { readonly value: HealthRange }) {
  const navigate = useNavigate();
  const choose = (range: HealthRange) =>
    void navigate({
      to: '/overview/on-call',
      search: (former) => ({ ...former, range }),
      resetScroll: false,
    });
  useRangeActions(RANGE_ORDER, choose);
  return (
    <div className={styles.ranges} role="group" aria-label="Time range">
      {RANGES.map((range) => (
        <button
          key={range.value}
          type="button"
          aria-pressed={range.value === value}
          onClick={() => choose(range.value)}
        >
          {range.label}
        </button>
      ))}
    </div>
  );
}

function Verdict({ calm, missed }: { readonly calm: string; readonly missed: readonly string[] }) {
  if (missed.length === 0) {
    return (
      <p className={styles.calm} role="status">
        <CircleCheck aria-hidden size={16} /> {calm}
      </p>
    );
  }
  return (
    <div role="status">
      <ul className={styles.missed} aria-label="What needs attention">
        {missed.map((sentence) => (
          <li key={sentence}>
            <TriangleAlert aria-hidden size={16} /> {sentence}
          </li>
        ))}
      </ul>
    </div>
  );
}
