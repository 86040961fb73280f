import { TARGETS, type Health, type HealthRange } from '#contract/health.ts';
import { ChartPanel } from '#renderer/charts/chart-panel.tsx';
import { LineSwatch, TimeLineChart, type LineSeries } from '#renderer/charts/line-chart.tsx';
import type { LinePoint } from '#renderer/charts/line-data.ts';
import { linesTable } from '#renderer/charts/traffic-tables.ts';
import { duration, latency } from '#renderer/format/durations.ts';
import { finePercent, percent } from '#renderer/format/numbers.ts';
import { zoneName } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { LatencyDistribution } from './latency-distribution.tsx';
import { RANGE_WORDS } from './levels.ts';
import styles from './on-call.module.css';

interface LevelPoint extends LinePoint {
  /** Share of credentials that were bad; null when none was presented. */
  readonly failed: number | null;
  /** µs. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

const FAILED: readonly LineSeries<LevelPoint>[] = [
  { name: 'Failed', valueOf: (point) => point.failed, colour: 'var(--chart-5xx)' },
];
const TIMES: readonly LineSeries<LevelPoint>[] = [
  { name: 'p50', valueOf: (point) => point.p50, colour: 'var(--chart-2xx)' },
  { name: 'p95', valueOf: (point) => point.p95, colour: 'var(--chart-4xx)', dash: '6 3' },
  { name: 'p99', valueOf: (point) => point.p99, colour: 'var(--chart-429)', dash: '1.5 2.5' },
];
const ALLOWED_FAILURES = 1 - TARGETS.successRate;

/** Failures and time to decide over the range, and how the times are spread. */
export function LevelCharts({ health, range }: { readonly health: Health; readonly range: HealthRange }) {
  const { choice } = useTimeZone();
  const points = levelPoints(health);
  const zone = zoneName(choice, points.at(-1)?.start ?? 0);
  const every = `per ${duration(health.bucketMs).replace(/^1 /, '')}, ${RANGE_WORDS[range]}, ${zone}`;
  const rate = health.auth.rate === null ? 'none presented' : `${finePercent(health.auth.rate)} were good`;
  return (
    <div className={styles.charts}>
      <ChartPanel
        title="Failed credentials"
        unit={`share, ${every}`}
        table={() => linesTable(points, FAILED, percent, choice)}
      >
        <TimeLineChart
          points={points}
          lines={FAILED}
          syncId="on-call"
          valueText={percent}
          atLeast={ALLOWED_FAILURES * 2}
          target={{ value: ALLOWED_FAILURES, text: `${percent(ALLOWED_FAILURES)} allowed` }}
          description={`Failed credentials, ${RANGE_WORDS[range]}: ${rate}.`}
        />
      </ChartPanel>
      <ChartPanel
        title="Time to decide"
        unit={every}
        legend={<Legend />}
        table={() => linesTable(points, TIMES, latency, choice)}
      >
        <TimeLineChart
          points={points}
          lines={TIMES}
          syncId="on-call"
          valueText={latency}
          description={`Time to decide, ${RANGE_WORDS[range]}: 95 % within ${health.latencyUs === null ? 'no data' : latency(health.latencyUs.p95)}.`}
        />
      </ChartPanel>
      <LatencyDistribution bins={health.latencyBins} range={range} />
    </div>
  );
}

function Legend() {
  return (
    <div className={styles.legend}>
      {TIMES.map((line) => (
        <span key={line.name}>
          <LineSwatch line={line} /> {line.name}
        </span>
      ))}
    </div>
  );
}

function levelPoints({ bucketMs, series }: Health): readonly LevelPoint[] {
  return series.map(({ bad, bucketStart, good, latencyUs }) => ({
    start: bucketStart,
    end: bucketStart + bucketMs,
    // Shares and percentiles of a bucket that still fills are as true as those of a full one.
    isPartial: false,
    failed: good + bad === 0 ? null : bad / (good + bad),
    p50: latencyUs?.p50 ?? null,
    p95: latencyUs?.p95 ?? null,
    p99: latencyUs?.p99 ?? null,
  }));
}
