import { memo } from 'react';
import { DAY_MS } from '#contract/usage.ts';
import { duration, latency } from '#renderer/format/durations.ts';
import { count, percent } from '#renderer/format/numbers.ts';
import { zoneName } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { BrushArea } from './brush-area.tsx';
import type { ChartMarks } from './chart-marks.ts';
import { ChartPanel } from './chart-panel.tsx';
import styles from './charts.module.css';
import { LineSwatch, TimeLineChart, type LineSeries } from './line-chart.tsx';
import type { ShownRange } from './time-range.ts';
import { trafficTotals, type TrafficPoint } from './traffic-series.ts';
import { coverageText, linesTable, volumeTable } from './traffic-tables.ts';
import { useHiddenSeries } from './use-hidden-series.ts';
import { VolumeChart } from './volume-chart.tsx';
import { VolumeLegend } from './volume-legend.tsx';

interface TrafficPanelsProps {
  readonly points: readonly TrafficPoint[];
  readonly range: ShownRange;
  /** Charts with the same id move their crosshairs together. */
  readonly syncId: string;
  /** Called with the bucket that was clicked in the volume chart. */
  readonly onPick?: (point: TrafficPoint) => void;
  /** What is brushed and flagged; without it there is no brush. */
  readonly marks?: ChartMarks;
  /** The error rate that is still well, drawn across. */
  readonly errorTarget?: number;
}

const NO_MARKS: ChartMarks = { selection: null, onSelect: null, events: [] };

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

/** Volume, error rate and latency of the same buckets, one under the other with a common crosshair. Drawn again only when one of them
 *  is another. */
export const TrafficPanels = memo(function TrafficPanels(props: TrafficPanelsProps) {
  const { points, range, syncId, marks = NO_MARKS, errorTarget } = props;
  const { choice } = useTimeZone();
  const { total, errorRate } = trafficTotals(points);
  const zone = zoneName(choice, points.at(-1)?.start ?? 0);
  const errors = errorRate === null ? 'no requests' : `${percent(errorRate)} errors`;
  const summary = `${range.last}: ${count(total)} requests in total, ${errors}`;
  const common = { points, syncId, marks, summary };
  return (
    <>
      <VolumePanel {...props} {...{ marks, zone, summary }} />
      <LinesPanel
        {...common}
        title="Error rate"
        unit={`refused and 5xx, share of requests, ${zone}`}
        lines={ERROR_LINES}
        valueText={percent}
        atLeast={0.01}
        {...(errorTarget === undefined
          ? {}
          : { target: { value: errorTarget, text: `${percent(errorTarget)} target` } })}
      />
      <LinesPanel
        {...common}
        title="Time to decide"
        unit={`verification, ${zone}`}
        lines={VERIFY_LINES}
        valueText={msText}
      />
      {points.some((point) => point.durationP50Ms !== null) && (
        <LinesPanel
          {...common}
          title="Service duration"
          unit={`as reported by services, ${zone}`}
          lines={DURATION_LINES}
          valueText={msText}
        />
      )}
    </>
  );
});

interface VolumePanelProps extends Omit<TrafficPanelsProps, 'marks' | 'errorTarget'> {
  readonly marks: ChartMarks;
  readonly zone: string;
  readonly summary: string;
}

function VolumePanel({ points, range, syncId, onPick, marks, zone, summary }: VolumePanelProps) {
  const { choice } = useTimeZone();
  const [hidden, toggle] = useHiddenSeries();
  const { counts, coverage, errorRate } = trafficTotals(points);
  const every = `per ${duration(range.bucketMs).replace(/^1 /, '')}, ${range.last}, ${zone}`;
  const errors = errorRate === null ? '' : ` ${percent(errorRate)} errors (refused and 5xx).`;
  const resolution = range.bucketMs >= DAY_MS ? ' Drawn from daily roll-ups (days in UTC).' : '';
  const hasPrevious = points.some((point) => (point.previousTotal ?? 0) > 0);
  return (
    <ChartPanel
      title="Requests"
      unit={every}
      legend={
        <>
          <VolumeLegend counts={counts} hidden={hidden} onToggle={toggle} />
          {hasPrevious && (
            <span className={styles.legendItem}>
              <span className={styles.ghost} aria-hidden /> One period before
            </span>
          )}
        </>
      }
      note={`${coverageText(coverage)}${errors}${resolution}`}
      table={() => volumeTable(points, choice)}
    >
      <BrushArea points={points} marks={marks} testId="chart-requests">
        <VolumeChart
          points={points}
          hidden={hidden}
          syncId={syncId}
          description={`Requests, ${summary}.`}
          {...(onPick === undefined ? {} : { onPick })}
        />
      </BrushArea>
    </ChartPanel>
  );
}

interface LinesPanelProps {
  readonly title: string;
  readonly unit: string;
  readonly points: readonly TrafficPoint[];
  readonly lines: readonly LineSeries[];
  readonly syncId: string;
  readonly marks: ChartMarks;
  /** Range, total and error rate in words. */
  readonly summary: string;
  readonly valueText: (value: number) => string;
  readonly atLeast?: number;
  readonly target?: { readonly value: number; readonly text: string };
}

function LinesPanel(props: LinesPanelProps) {
  const { title, unit, points, lines, syncId, marks, summary, valueText, atLeast = 0, target } = props;
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
      table={() => linesTable(points, lines, valueText, choice)}
    >
      <BrushArea points={points} marks={marks} testId={`chart-${title.toLowerCase().replaceAll(' ', '-')}`}>
        <TimeLineChart
          {...{ points, lines, syncId, valueText, atLeast }}
          {...(target === undefined ? {} : { target })}
          description={`${title}, latest: ${words}. ${summary}.`}
        />
      </BrushArea>
    </ChartPanel>
  );
}
