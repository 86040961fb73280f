import { useId } from 'react';
import type { RequestSurvey } from '#contract/request-explorer.ts';
import { count, counted } from '#renderer/format/numbers.ts';
import { absoluteTime, type TimeZoneChoice } from '#renderer/format/time.ts';
import { useTimeZone } from '#renderer/format/time-zone.tsx';
import { seriesPaint, TexturePatterns } from '#renderer/charts/textures.tsx';
import { Button } from '#renderer/ui/button.tsx';
import {
  histogramColumns,
  pickedRange,
  type HistogramColumn,
  type Picked,
  type ShownRange,
} from './histogram-columns.ts';
import styles from './explorer.module.css';
import { useBrush } from './use-brush.ts';

interface LogHistogramProps {
  readonly survey: RequestSurvey;
  readonly range: ShownRange;
  /** A stretch of time was picked: from inclusive, to exclusive. */
  readonly onPick: (fromMs: number, toMs: number) => void;
}

const HEIGHT = 100;

/** Matching rows by time. Dragging over columns picks their time; with the keyboard arrows move, Shift and arrows extend, Enter picks. */
export function LogHistogram({ survey, range, onPick }: LogHistogramProps) {
  const prefix = useId().replaceAll(':', '');
  const { choice } = useTimeZone();
  const { columns, highest } = histogramColumns(survey, range);
  const { picked, isDragging, place, apply, handlers } = useBrush(columns.length, (brushed) => {
    const edges = pickedRange(brushed, columns);
    if (edges !== null) onPick(edges.fromMs, edges.toMs);
  });
  const last = columns.length - 1;
  const column = columns[place];
  return (
    <div className={styles.histogram}>
      <div
        role="slider"
        tabIndex={0}
        aria-label="Requests over time: choose a stretch"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={place}
        aria-valuetext={column === undefined ? 'no rows' : words(column, picked, columns, choice)}
        className={styles.plot}
        data-testid="log-histogram"
        data-counted={survey.matched}
        {...handlers}
      >
        <svg
          viewBox={`0 0 ${String(columns.length * 10)} ${String(HEIGHT)}`}
          preserveAspectRatio="none"
          aria-hidden
        >
          <defs>
            <TexturePatterns prefix={prefix} />
          </defs>
          {columns.map((one, index) => (
            <Bars key={one.startMs} column={one} index={index} highest={highest} prefix={prefix} />
          ))}
          {picked !== null && (
            <rect
              x={Math.min(picked.anchor, picked.head) * 10}
              width={(Math.abs(picked.head - picked.anchor) + 1) * 10}
              y="0"
              height={HEIGHT}
              className={styles.brush}
            />
          )}
        </svg>
      </div>
      <p className={styles.axis}>
        <span>{columns[0] === undefined ? '' : absoluteTime(columns[0].startMs, choice)}</span>
        <span role="status">
          {picked === null || column === undefined ? summary(survey) : words(column, picked, columns, choice)}
        </span>
        <span>{columns[last] === undefined ? '' : absoluteTime(columns[last].endMs, choice)}</span>
      </p>
      {picked !== null && !isDragging && (
        <Button
          className={styles.applyBrush}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => apply(picked)}
        >
          Show this stretch
        </Button>
      )}
    </div>
  );
}

interface BarsProps {
  readonly column: HistogramColumn;
  readonly index: number;
  readonly highest: number;
  readonly prefix: string;
}

function Bars({ column, index, highest, prefix }: BarsProps) {
  const allowed = (column.allowed / highest) * HEIGHT;
  const refused = (column.refused / highest) * HEIGHT;
  const x = index * 10 + 1;
  if (!column.isCounted)
    return <rect x={index * 10} y="0" width="10" height={HEIGHT} className={styles.uncounted} />;
  return (
    <g {...(column.isPartial ? { 'data-partial': 'true', fillOpacity: 0.45 } : {})}>
      <rect
        x={x}
        width="8"
        y={HEIGHT - allowed}
        height={allowed}
        style={{ fill: seriesPaint('ok', prefix).fill }}
      />
      <rect
        x={x}
        width="8"
        y={HEIGHT - allowed - refused}
        height={refused}
        style={{ fill: seriesPaint('clientError', prefix).fill }}
      />
    </g>
  );
}

function summary({ matched, isExact, buckets }: RequestSurvey): string {
  const refused = buckets.reduce((sum, bucket) => sum + bucket.refused, 0);
  return `${isExact ? '' : 'at least '}${counted(matched, 'request')}, ${count(refused)} refused`;
}

function words(
  column: HistogramColumn,
  picked: Picked | null,
  columns: readonly HistogramColumn[],
  choice: TimeZoneChoice,
): string {
  const [low, high] = picked === null ? [column, column] : ends(picked, columns);
  const inside = columns.filter(({ startMs }) => startMs >= low.startMs && startMs <= high.startMs);
  const total = inside.reduce((sum, one) => sum + one.allowed + one.refused, 0);
  const refused = inside.reduce((sum, one) => sum + one.refused, 0);
  return `${absoluteTime(low.startMs, choice)} to ${absoluteTime(high.endMs, choice)}: ${counted(total, 'request')}, ${count(refused)} refused`;
}

function ends(
  { anchor, head }: Picked,
  columns: readonly HistogramColumn[],
): readonly [HistogramColumn, HistogramColumn] {
  const empty = { startMs: 0, endMs: 0, isPartial: false, allowed: 0, refused: 0, isCounted: true };
  return [columns[Math.min(anchor, head)] ?? empty, columns[Math.max(anchor, head)] ?? empty];
}
