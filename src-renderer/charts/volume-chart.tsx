import { CartesianGrid, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts';
import { useId } from 'react';
import { compactCount } from '#renderer/format/numbers.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { CARRIER, CHART_MARGIN, TIME_AXIS, VALUE_AXIS } from './axis-looks.ts';
import { ColumnsLayer } from './columns-layer.tsx';
import { MarksLayer } from './marks-layer.tsx';
import { TrafficTooltip } from './traffic-tooltip.tsx';
import { TexturePatterns } from './textures.tsx';
import { TRAFFIC_SERIES, type TrafficPoint, type TrafficSeries } from './traffic-series.ts';
import { useTimeFrame } from './use-time-frame.ts';
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
  const shown = TRAFFIC_SERIES.filter((series) => !hidden.has(series));
  const highest = Math.max(
    0,
    ...points.map((point) => shown.reduce((sum, series) => sum + point[series], 0)),
    ...points.map((point) => point.previousTotal ?? 0),
  );
  const { data, xAxis, yAxis, top } = useTimeFrame(points, highest, true);
  return (
    <LineChart
      responsive
      className={classNames(styles.canvas)}
      data={data}
      margin={CHART_MARGIN}
      syncId={syncId}
      accessibilityLayer
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
      <XAxis {...TIME_AXIS} {...xAxis} />
      <YAxis {...VALUE_AXIS} {...yAxis} tickFormatter={compactCount} />
      <Tooltip
        isAnimationActive={false}
        cursor={{ className: styles.cursor }}
        content={({ active, label }) => (
          <TrafficTooltip
            isShown={active}
            point={points.find((point) => point.start === Number(label))}
            shown={shown}
            prefix={prefix}
            zone={choice}
          />
        )}
      />
      <ColumnsLayer points={points} shown={shown} prefix={prefix} top={top} />
      <Line {...CARRIER} />
    </LineChart>
  );
}
