import { count, percent } from '#renderer/format/numbers.ts';
import type { TimeZoneChoice } from '#renderer/format/time.ts';
import { SeriesSwatch } from './textures.tsx';
import { bucketText } from './tick-text.ts';
import { TRAFFIC_LABELS, type TrafficPoint, type TrafficSeries } from './traffic-series.ts';
import styles from './charts.module.css';

interface TrafficTooltipProps {
  readonly isShown: boolean;
  readonly point: TrafficPoint | undefined;
  readonly shown: readonly TrafficSeries[];
  /** Prefix of the chart's texture patterns. */
  readonly prefix: string;
  readonly zone: TimeZoneChoice;
}

/** One bucket of the volume chart as a small table: series, count, share. */
export function TrafficTooltip({ isShown, point, shown, prefix, zone }: TrafficTooltipProps) {
  if (!isShown || point === undefined) return null;
  const lines = shown.filter((series) => point[series] > 0).toReversed();
  return (
    <div className={styles.tooltip}>
      <table>
        <caption>
          {bucketText(point, zone)}
          {point.isPartial && ' (still filling)'}
        </caption>
        <tbody>
          {lines.map((series) => (
            <tr key={series}>
              <th scope="row">
                <SeriesSwatch series={series} prefix={prefix} /> {TRAFFIC_LABELS[series]}
              </th>
              <td>{count(point[series])}</td>
              <td>{percent(point[series] / point.total)}</td>
            </tr>
          ))}
          <tr className={styles.total}>
            <th scope="row">Total</th>
            <td>{count(point.total)}</td>
            <td />
          </tr>
          {point.previousTotal !== null && (
            <tr>
              <th scope="row">One period before</th>
              <td>{count(point.previousTotal)}</td>
              <td />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
