import { columnsPath, linePath, type ColumnPart } from './plot-paths.ts';
import { seriesPaint } from './textures.tsx';
import type { TrafficPoint, TrafficSeries } from './traffic-series.ts';
import { usePlot } from './use-plot.ts';

interface ColumnsLayerProps {
  readonly points: readonly TrafficPoint[];
  /** Bottom to top. */
  readonly shown: readonly TrafficSeries[];
  /** Prefix of the chart's texture patterns. */
  readonly prefix: string;
  /** Value at the upper edge of the plot. */
  readonly top: number;
}

/** Inside a chart: its stacked columns. The chart's own would be an element for each part of each column, with a component around it:
 *  a page that follows live traffic draws them all at every answer. These are two paths a series. */
export function ColumnsLayer({ points, shown, prefix, top }: ColumnsLayerProps) {
  const plot = usePlot(points.length, top);
  if (plot === null) return null;
  const hasPrevious = points.some((point) => (point.previousTotal ?? 0) > 0);
  return (
    <g data-testid="columns">
      {shown.map((series, place) => {
        const { fill, stroke } = seriesPaint(series, prefix);
        const inset = stroke === 'none' ? 0 : 0.5;
        const whole: ColumnPart[] = [];
        const filling: ColumnPart[] = [];
        for (const [bucket, point] of points.entries()) {
          if (point[series] === 0) continue;
          const from = shown.slice(0, place).reduce((sum, below) => sum + point[below], 0);
          (point.isPartial ? filling : whole).push({ bucket, from, to: from + point[series] });
        }
        return (
          <g key={series}>
            {whole.length > 0 && <path d={columnsPath(plot, whole, inset)} style={{ fill, stroke }} />}
            {filling.length > 0 && (
              <path
                d={columnsPath(plot, filling, inset)}
                style={{ fill, stroke: inset === 0 ? 'var(--ink-3)' : stroke }}
                fillOpacity={0.45}
                strokeDasharray="2 2"
                data-partial="true"
              />
            )}
          </g>
        );
      })}
      {hasPrevious && (
        <path
          d={linePath(
            plot,
            points.map((point) => point.previousTotal),
          )}
          fill="none"
          style={{ stroke: 'var(--ink-3)' }}
          strokeDasharray="3 3"
          data-testid="previous-period"
        />
      )}
    </g>
  );
}
