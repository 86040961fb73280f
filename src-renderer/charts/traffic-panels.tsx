import { duration, latency } from '#renderer/format/durations.ts';
import { count, percent } from '#renderer/format/numbers.ts';
import { zoneName } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { ChartPanel } from './chart-panel.tsx';
import styles from './charts.module.css';
import { LineSwatch, TimeLineChart, type LineSeries } from './line-chart.tsx';
import { TIME_RANGES, type TimeRangeName } from './time-range.ts';
import { trafficTotals, type TrafficPoint } from './traffic-series.ts';
import { coverageText, linesTable, volumeTable } from './traffic-tables.ts';
import { useHiddenSeries } from './use-hidden-series.ts';
import { VolumeChart } from './volume-chart.tsx';
import { VolumeLegend } from './volume-legend.tsx';

interface TrafficPanelsProps {
  readonly points: readonly TrafficPoint[];
  readonly range: TimeRangeName;
  /** Charts with the same id move their crosshairs together. */
  readonly syncId: string;
  /** Called with the bucket that was clicked in the volume chart. */
  readonly onPick?: (point: TrafficPoint) => void;
}

const ERROR_LINES: readonly LineSeries[] = [
  { name: 'Error rate', valueOf: (point) => point.errorRate, colour: 'var(--chart-5xx)' },
];
const VERIFY_LINES: readonly LineSeries[] = [
  { name: 'p50', valueOf: (point) => point.verifyP50Ms, colour: 'var(--chart-2xx)' },
  { name: 'p95', valueOf: (point) => point.verifyP95Ms, colour: 'var(--chart-4xx)', dash: '6 3' },
  { name: 'p99', valueOf: (point) => point.verifyP99Ms, colour: 'var(--chart-429)', dash: '1.5 2.5' },
];
const DURATION_LINES: readonly LineSeries[] = [
  { name: 'p50', valueOf: (point) => point.durationP50Ms, colour: 'var(--chart-2xx)' },
  { name: 'p95', valueOf: (point) => point.durationP95Ms, colour: 'var(--chart-4xx)', dash: '6 3' },
  { name: 'p99', valueOf: (point) => point.durationP99Ms, colour: 'var(--chart-429)', dash: '1.5 2.5' },
];

const msText = (ms: number) => latency(ms * 1_000);

/** Volume, error rate and latency of the same buckets, one under the other with a common crosshair. */
export function TrafficPanels({ points, range, syncId, onPick }: TrafficPanelsProps) {
  const { choice } = useTimeZone();
  const [hidden, toggle] = useHiddenSeries();
  const totals = trafficTotals(points);
  const rangeLabel = TIME_RANGES[range].last;
  const zone = zoneName(choice, points.at(-1)?.start ?? 0);
  const every = `per ${duration(TIME_RANGES[range].bucketMs).replace(/^1 /, '')}, ${rangeLabel}, ${zone}`;
  const errors = totals.errorRate === null ? 'no requests' : `${percent(totals.errorRate)} errors`;
  const summary = `Requests, ${rangeLabel}: ${count(totals.total)} in total, ${errors}.`;
  return (
    <>
      <ChartPanel
        title="Requests"
        unit={every}
        legend={<VolumeLegend counts={totals.counts} hidden={hidden} onToggle={toggle} />}
        note={`${coverageText(totals.coverage)} ${errors === 'no requests' ? '' : `${errors} (refused and 5xx).`}`}
        table={volumeTable(points, choice)}
      >
        <VolumeChart
          points={points}
          hidden={hidden}
          syncId={syncId}
          description={summary}
          {...(onPick === undefined ? {} : { onPick })}
        />
      </ChartPanel>
      <LinesPanel
        {...{ points, syncId }}
        title="Error rate"
        unit={`refused and 5xx, share of requests, ${zone}`}
        lines={ERROR_LINES}
        valueText={percent}
        atLeast={0.01}
      />
      <LinesPanel
        {...{ points, syncId }}
        title="Time to decide"
        unit={`verification, ${zone}`}
        lines={VERIFY_LINES}
        valueText={msText}
      />
      {points.some((point) => point.durationP50Ms !== null) && (
        <LinesPanel
          {...{ points, syncId }}
          title="Service duration"
          unit={`as reported by services, ${zone}`}
          lines={DURATION_LINES}
          valueText={msText}
        />
      )}
    </>
  );
}

interface LinesPanelProps {
  readonly title: string;
  readonly unit: string;
  readonly points: readonly TrafficPoint[];
  readonly lines: readonly LineSeries[];
  readonly syncId: string;
  readonly valueText: (value: number) => string;
  readonly atLeast?: number;
}

function LinesPanel({ title, unit, points, lines, syncId, valueText, atLeast = 0 }: LinesPanelProps) {
  const { choice } = useTimeZone();
  const latest = points.findLast((point) => lines.some((line) => line.valueOf(point) !== null));
  const words = lines
    .map((line) => {
      const value = latest === undefined ? null : line.valueOf(latest);
      return `${line.name} ${value === null ? 'no data' : valueText(value)}`;
    })
    .join(', ');
  return (
    <ChartPanel
      title={title}
      unit={unit}
      legend={
        lines.length > 1 && (
          <div className={styles.legend}>
            {lines.map((line) => (
              <span key={line.name} className={styles.legendItem}>
                <LineSwatch line={line} /> {line.name}
              </span>
            ))}
          </div>
        )
      }
      table={linesTable(points, lines, valueText, choice)}
    >
      <TimeLineChart
        {...{ points, lines, syncId, valueText, atLeast }}
        description={`${title}, latest: ${words}.`}
      />
    </ChartPanel>
  );
}
