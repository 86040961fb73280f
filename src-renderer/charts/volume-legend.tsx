import { useId } from 'react';
import { count } from '#renderer/format/numbers.ts';
import styles from './charts.module.css';
import { SeriesSwatch, TexturePatterns } from './textures.tsx';
import { TRAFFIC_LABELS, TRAFFIC_SERIES, type TrafficCounts, type TrafficSeries } from './traffic-series.ts';

interface VolumeLegendProps {
  readonly counts: TrafficCounts;
  readonly hidden: ReadonlySet<TrafficSeries>;
  readonly onToggle: (series: TrafficSeries) => void;
}

/** Names of the series with their totals; each is a switch that shows or hides its columns. Series without requests are left out. */
export function VolumeLegend({ counts, hidden, onToggle }: VolumeLegendProps) {
  const prefix = useId().replaceAll(':', '');
  const present = TRAFFIC_SERIES.filter((series) => counts[series] > 0);
  return (
    <div className={styles.legend} role="group" aria-label="Show series">
      <svg className={styles.patterns} width="0" height="0" aria-hidden="true" focusable="false">
        <defs>
          <TexturePatterns prefix={prefix} />
        </defs>
      </svg>
      {present.map((series) => (
        <button
          key={series}
          type="button"
          className={styles.legendButton}
          aria-pressed={!hidden.has(series)}
          onClick={() => onToggle(series)}
        >
          <SeriesSwatch series={series} prefix={prefix} />
          {TRAFFIC_LABELS[series]} {count(counts[series])}
        </button>
      ))}
    </div>
  );
}
