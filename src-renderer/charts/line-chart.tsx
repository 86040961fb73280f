import { CartesianGrid, Line, LineChart, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { CHART_MARGIN, TIME_AXIS, VALUE_AXIS } from './axis-looks.ts';
import { lineData, type LineDatum, type LinePoint } from './line-data.ts';
import { MarksLayer } from './marks-layer.tsx';
import { bucketText } from './tick-text.ts';
import { valueTicks } from './time-range.ts';
import type { TrafficPoint } from './traffic-series.ts';
import { useTimeAxis } from './use-time-axis.ts';
import { classNames } from '#renderer/ui/class-names.ts';
import styles from './charts.module.css';

/** One line of a chart: what it draws from a point, its name and its looks. */
export interface LineSeries<Point = TrafficPoint> {
  readonly name: string;
  readonly valueOf: (point: Point) => number | null;
  readonly colour: string;
  /** SVG dash pattern; the second channel beside the colour. */
  readonly dash?: string;
}

type LineLook = Pick<LineSeries, 'name' | 'colour' | 'dash'>;

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
  const axis = useTimeAxis(points);
  const data = lineData(points, lines);
  const highest = Math.max(atLeast, ...data.flatMap((datum) => datum.values.map((value) => value ?? 0)));
  const ticks = valueTicks(highest, false);
  return (
    <LineChart
      responsive
      className={classNames(styles.canvas, styles.low)}
      data={[...data]}
      margin={CHART_MARGIN}
      syncId={syncId}
      accessibilityLayer
      title={description}
    >
      <CartesianGrid vertical={false} className={classNames(styles.grid)} />
      <MarksLayer points={points} />
      {/* Half a column of room on both sides: points stand where the volume chart's columns have their middle. */}
      <XAxis {...TIME_AXIS} {...axis} scale="band" />
      <YAxis {...VALUE_AXIS} ticks={[...ticks]} domain={[0, ticks.at(-1) ?? 1]} tickFormatter={valueText} />
      {target !== undefined && targetLine(target)}
      <Tooltip
        isAnimationActive={false}
        // Without it a bucket that has no value shows no tooltip while the other charts show theirs.
        filterNull={false}
        cursor={{ className: styles.cursor }}
        content={({ active, payload }: TooltipState) => (
          <LineTooltip isShown={active} datum={payload[0]?.payload} lines={lines} valueText={valueText} />
        )}
      />
      {lines.flatMap((line, index) => [
        <Line
          key={line.name}
          dataKey={(datum: LineDatum) => datum.solid[index] ?? null}
          name={line.name}
          stroke={line.colour}
          strokeDasharray={line.dash ?? '0'}
          strokeWidth={1.5}
          isAnimationActive={false}
          activeDot={{ r: 3 }}
          dot={({ cx, cy, index: at, key }) => (
            <LoneDot
              key={key}
              cx={cx}
              cy={cy}
              isShown={data[at]?.alone[index] === true}
              colour={line.colour}
            />
          )}
        />,
        <Line
          key={`${line.name} partial`}
          dataKey={(datum: LineDatum) => datum.partial[index] ?? null}
          stroke={line.colour}
          strokeDasharray="2 3"
          strokeWidth={1}
          isAnimationActive={false}
          activeDot={false}
          dot={false}
          tooltipType="none"
          data-partial="true"
        />,
      ])}
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

interface TooltipState {
  readonly active: boolean;
  readonly payload: readonly { readonly payload?: LineDatum }[];
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

interface LoneDotProps {
  readonly cx: number | undefined;
  readonly cy: number | undefined;
  readonly isShown: boolean;
  readonly colour: string;
}

/** A value between two gaps makes no line: it needs a dot to be seen. */
function LoneDot({ cx, cy, isShown, colour }: LoneDotProps) {
  if (!isShown || cx === undefined || cy === undefined) return <g />;
  return <circle cx={cx} cy={cy} r={1.75} style={{ fill: colour }} />;
}

function textOf(value: number | null | undefined, valueText: (value: number) => string): string {
  return value === null || value === undefined ? 'no data' : valueText(value);
}
