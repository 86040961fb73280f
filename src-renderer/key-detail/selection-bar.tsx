import type { Stretch } from '#renderer/charts/chart-marks.ts';
import { bucketText } from '#renderer/charts/tick-text.ts';
import { trafficTotals, type TrafficPoint } from '#renderer/charts/traffic-series.ts';
import { counted } from '#renderer/format/numbers.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { Button } from '#renderer/ui/button.tsx';
import styles from './key-detail.module.css';

interface SelectionBarProps {
  readonly selection: Stretch;
  readonly points: readonly TrafficPoint[];
  readonly onShow: () => void;
  readonly onZoom: () => void;
  readonly onClear: () => void;
}

/** What was brushed in the charts, in figures, and where to go with it. */
export function SelectionBar({ selection, points, onShow, onZoom, onClear }: SelectionBarProps) {
  const { choice } = useTimeZone();
  const inside = points.filter((point) => point.start >= selection.fromMs && point.end <= selection.toMs);
  const { total, counts } = trafficTotals(inside);
  return (
    <div className={styles.selection} role="status" aria-label="Selected range">
      <span>
        <strong>{bucketText({ start: selection.fromMs, end: selection.toMs }, choice)}</strong>:{' '}
        {counted(total, 'request')}, {counted(counts.refused, 'refused', 'refused')}
      </span>
      <Button onClick={onShow}>Show requests</Button>
      <Button onClick={onZoom}>Zoom in</Button>
      <Button variant="quiet" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}
