import { CartesianGrid, Line, LineChart, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { CARRIER, CHART_MARGIN, TIME_AXIS, VALUE_AXIS } from './axis-looks.ts';
import { lineData, type LineDatum, type LinePoint } from './line-data.ts';
import { ActiveDots, LinesLayer, type LineLook } from './lines-layer.tsx';
import { MarksLayer } from './marks-layer.tsx';
import { bucketText } from './tick-text.ts';
import type { TrafficPoint } from './traffic-series.ts';
import { useTimeFrame } from './use-time-frame.ts';
import { classNames } from '#renderer/ui/class-names.ts';
import styles from './charts.module.css';

/** One line of a chart: what it draws from a point, its name and its looks. */
export interface LineSeries<Point = TrafficPoint> extends LineLook {
  readonly valueOf: (point: Point) => number | null;
}

interface TimeLineChartProps<Point extends LinePoint> {
  readonly points: readonly Point[];
  readonly lines: readonly LineSeries<Point>[];
  readonly syncId: string;
  /** What the chart shows, in one sentence, for screen readers. */
  readonly description: string;
  readonly valueText: (value: number) => string;
  /** Upper end of the value axis at least; without it, the data decide. */
  readonly atLeast?: number;
  /** A level to compare with, drawn across and named. */
  readonly target?: { readonly value: number; readonly text: string };
}

/** Lines over time on the same axis as the volume chart. Gaps stay gaps; the bucket still filling is dashed. */
export function TimeLineChart<Point extends LinePoint = TrafficPoint>({
  points,
  lines,
  syncId,
  description,
  valueText,
  atLeast = 0,
  target,
}: TimeLineChartProps<Point>) {
  const data = lineData(points, lines);
  const highest = Math.max(atLeast, ...data.flatMap((datum) => datum.values.map((value) => value ?? 0)));
  const { data: buckets, xAxis, yAxis, top } = useTimeFrame(points, highest, false);
  return (
    <LineChart
      responsive
      className={classNames(styles.canvas, styles.low)}
      data={buckets}
      margin={CHART_MARGIN}
      syncId={syncId}
      accessibilityLayer
      title={description}
    >
      <CartesianGrid vertical={false} className={classNames(styles.grid)} />
      <MarksLayer points={points} />
      <XAxis {...TIME_AXIS} {...xAxis} />
      <YAxis {...VALUE_AXIS} {...yAxis} tickFormatter={valueText} />
      {target !== undefined && targetLine(target)}
      <Tooltip
        isAnimationActive={false}
        cursor={{ className: styles.cursor }}
        content={({ active, label }) => (
          <LineTooltip
            isShown={active}
            datum={data.find((datum) => datum.start === Number(label))}
            lines={lines}
            valueText={valueText}
          />
        )}
      />
      <LinesLayer {...{ data, lines, top }} />
      <ActiveDots {...{ data, lines, top }} />
      <Line {...CARRIER} />
    </LineChart>
  );
}

/** Not a component of its own: the chart looks for its parts among its children. */
function targetLine({ text, value }: { readonly value: number; readonly text: string }) {
  const label = {
    value: text,
    position: 'insideBottomRight',
    className: classNames(styles.targetText),
  } as const;
  return <ReferenceLine y={value} className={classNames(styles.target)} label={label} />;
}

interface LineTooltipProps {
  readonly isShown: boolean;
  readonly datum: LineDatum | undefined;
  readonly lines: readonly LineLook[];
  readonly valueText: (value: number) => string;
}

function LineTooltip({ isShown, datum, lines, valueText }: LineTooltipProps) {
  const { choice } = useTimeZone();
  if (!isShown || datum === undefined) return null;
  return (
    <div className={styles.tooltip}>
      <table>
        <caption>
          {bucketText(datum, choice)}
          {datum.isPartial && ' (still filling)'}
        </caption>
        <tbody>
          {lines.map((line, index) => (
            <tr key={line.name}>
              <th scope="row">
                <LineSwatch line={line} /> {line.name}
              </th>
              <td>{textOf(datum.values[index], valueText)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The short piece of line beside a line's name. */
export function LineSwatch({ line }: { readonly line: LineLook }) {
  return (
    <svg className={styles.swatch} width="18" height="12" aria-hidden="true" focusable="false">
      <path d="M0 6H18" strokeWidth="2" strokeDasharray={line.dash} style={{ stroke: line.colour }} />
    </svg>
  );
}

function textOf(value: number | null | undefined, valueText: (value: number) => string): string {
  return value === null || value === undefined ? 'no data' : valueText(value);
}
