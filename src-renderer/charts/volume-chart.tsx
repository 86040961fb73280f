import { Bar, CartesianGrid, ComposedChart, Line, Tooltip, XAxis, YAxis } from 'recharts';
import { useId } from 'react';
import { compactCount } from '#renderer/format/numbers.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { CHART_MARGIN, TIME_AXIS, VALUE_AXIS } from './axis-looks.ts';
import { useTimeAxis } from './use-time-axis.ts';
import { MarksLayer } from './marks-layer.tsx';
import { TrafficTooltip } from './traffic-tooltip.tsx';
import { seriesPaint, TexturePatterns } from './textures.tsx';
import { valueTicks } from './time-range.ts';
import { TRAFFIC_SERIES, type TrafficPoint, type TrafficSeries } from './traffic-series.ts';
import { classNames } from '#renderer/ui/class-names.ts';
import styles from './charts.module.css';

interface VolumeChartProps {
  readonly points: readonly TrafficPoint[];
  readonly hidden: ReadonlySet<TrafficSeries>;
  /** Charts with the same id move their crosshairs together. */
  readonly syncId: string;
  /** What the chart shows, in one sentence, for screen readers. */
  readonly description: string;
  /** Called with the bucket that was clicked. */
  readonly onPick?: (point: TrafficPoint) => void;
}

/** Requests per bucket, stacked by what became of them. The bucket that is still filling is paler and dashed. */
export function VolumeChart({ points, hidden, syncId, description, onPick }: VolumeChartProps) {
  const prefix = useId().replaceAll(':', '');
  const { choice } = useTimeZone();
  const axis = useTimeAxis(points);
  const shown = TRAFFIC_SERIES.filter((series) => !hidden.has(series));
  const highest = Math.max(
    0,
    ...points.map((point) => shown.reduce((sum, series) => sum + point[series], 0)),
    ...points.map((point) => point.previousTotal ?? 0),
  );
  const ticks = valueTicks(highest, true);
  return (
    <ComposedChart
      responsive
      className={classNames(styles.canvas)}
      data={[...points]}
      margin={CHART_MARGIN}
      syncId={syncId}
      accessibilityLayer
      barCategoryGap="10%"
      title={description}
      onClick={({ activeIndex }) => {
        const point = points[Number(activeIndex)];
        if (point !== undefined && activeIndex !== undefined) onPick?.(point);
      }}
    >
      <defs>
        <TexturePatterns prefix={prefix} />
      </defs>
      <CartesianGrid vertical={false} className={classNames(styles.grid)} />
      <MarksLayer points={points} />
      <XAxis {...TIME_AXIS} {...axis} />
      <YAxis
        {...VALUE_AXIS}
        ticks={[...ticks]}
        domain={[0, ticks.at(-1) ?? 1]}
        tickFormatter={compactCount}
      />
      <Tooltip
        isAnimationActive={false}
        cursor={{ className: styles.cursorBand }}
        content={({ active, payload }) => (
          <TrafficTooltip
            isShown={active}
            point={pointOf(payload)}
            shown={shown}
            prefix={prefix}
            zone={choice}
          />
        )}
      />
      {shown.map((series) => (
        <Bar
          key={series}
          dataKey={series}
          stackId="requests"
          isAnimationActive={false}
          shape={(props: ColumnProps) => <Column {...props} paint={seriesPaint(series, prefix)} />}
        />
      ))}
      {points.some((point) => (point.previousTotal ?? 0) > 0) && (
        <Line
          dataKey="previousTotal"
          type="linear"
          stroke="var(--ink-3)"
          strokeWidth={1}
          strokeDasharray="3 3"
          dot={false}
          activeDot={false}
          isAnimationActive={false}
          tooltipType="none"
          data-testid="previous-period"
        />
      )}
    </ComposedChart>
  );
}

interface ColumnProps {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly payload?: TrafficPoint;
}

function Column({
  x = 0,
  y = 0,
  width = 0,
  height = 0,
  payload,
  paint,
}: ColumnProps & { readonly paint: { readonly fill: string; readonly stroke: string } }) {
  if (height <= 0 || width <= 0) return null;
  const isOutlined = paint.stroke !== 'none';
  const inset = isOutlined ? 0.5 : 0;
  const isPartial = payload?.isPartial === true;
  return (
    <rect
      x={x + inset}
      y={y + inset}
      width={Math.max(0.5, width - 2 * inset)}
      height={Math.max(0.5, height - 2 * inset)}
      style={{ fill: paint.fill, stroke: isPartial && !isOutlined ? 'var(--ink-3)' : paint.stroke }}
      {...(isPartial ? { 'data-partial': 'true', fillOpacity: 0.45, strokeDasharray: '2 2' } : {})}
    />
  );
}

function pointOf(
  payload: readonly { readonly payload?: TrafficPoint }[] | undefined,
): TrafficPoint | undefined {
  return payload?.[0]?.payload;
}
