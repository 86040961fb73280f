import { useEffect } from 'react';
import { useActiveTooltipLabel, usePlotArea } from 'recharts';
import { useBrush } from './brush-context.ts';
import { shareOf } from './chart-marks.ts';
import type { LinePoint } from './line-data.ts';
import styles from './charts.module.css';

/** Height of the flag of an event, px. */
const FLAG_PX = 7;

/** Inside a chart, under its data: the brushed stretch, the bucket that is still filling, flags of events. */
export function MarksLayer({ points }: { readonly points: readonly LinePoint[] }) {
  const plot = usePlotArea();
  const brush = useBrush();
  const label = useActiveTooltipLabel();
  const noteActive = brush?.noteActive;
  const place = points.findIndex((point) => point.start === Number(label));
  useEffect(() => {
    noteActive?.(place === -1 ? null : place);
  }, [noteActive, place]);
  if (plot === undefined) return null;
  const selected = brush === null || brush.shown === null ? null : shareOf(points, brush.shown);
  const partial = points.findLast((point) => point.isPartial);
  const filling =
    partial === undefined ? null : shareOf(points, { fromMs: partial.start, toMs: partial.end });
  return (
    <g>
      {selected !== null && (
        <rect
          className={styles.selected}
          data-testid="selection"
          x={plot.x + selected.left * plot.width}
          y={plot.y}
          width={selected.width * plot.width}
          height={plot.height}
        />
      )}
      {filling !== null && (
        <line
          className={styles.partialEdge}
          data-partial="true"
          x1={plot.x + filling.left * plot.width}
          x2={plot.x + filling.left * plot.width}
          y1={plot.y}
          y2={plot.y + plot.height}
        />
      )}
      {(brush?.events ?? []).map((event) => {
        const at = shareOf(points, { fromMs: event.atMs, toMs: event.atMs + 1 });
        if (at === null) return null;
        const x = plot.x + at.left * plot.width;
        const y = plot.y + plot.height;
        return (
          <g key={`${String(event.atMs)} ${event.text}`} className={styles.flag} data-testid="change-flag">
            <title>{event.text}</title>
            <line x1={x} x2={x} y1={plot.y} y2={y} />
            <path
              d={`M${String(x)} ${String(y - FLAG_PX)} l${String(FLAG_PX)} ${String(FLAG_PX / 2)} l${String(-FLAG_PX)} ${String(FLAG_PX / 2)}z`}
            />
          </g>
        );
      })}
    </g>
  );
}
