import {
  useCallback,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
} from 'react';
import { CHART_MARGIN, VALUE_AXIS } from './axis-looks.ts';
import { BrushContext } from './brush-context.ts';
import { bucketAt, stretchOf, type ChartMarks } from './chart-marks.ts';
import styles from './charts.module.css';

/** A press that moves less than this is a click, px. */
const CLICK_PX = 4;
const PLOT_LEFT_PX = CHART_MARGIN.left + VALUE_AXIS.width;
const PLOT_SIDES_PX = PLOT_LEFT_PX + CHART_MARGIN.right;

interface BrushAreaProps {
  readonly points: readonly { readonly start: number; readonly end: number }[];
  readonly marks: ChartMarks;
  /** For tests: the chart's body. */
  readonly testId: string;
  readonly children: ReactNode;
}

interface Drag {
  readonly anchor: number;
  readonly head: number;
  readonly startX: number;
  readonly hasMoved: boolean;
}

/** Selects buckets of the chart inside: by dragging across it, or with Shift and the arrow keys from the crosshair. Esc takes the
 *  selection away. */
export function BrushArea({ points, marks, testId, children }: BrushAreaProps) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const active = useRef<number | null>(null);
  const keyAnchor = useRef<number | null>(null);
  const wasDragged = useRef(false);
  const bucketUnder = (event: PointerEvent<HTMLElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return bucketAt(points, (event.clientX - box.left - PLOT_LEFT_PX) / (box.width - PLOT_SIDES_PX));
  };
  const shown = drag?.hasMoved === true ? stretchOf(points, drag.anchor, drag.head) : marks.selection;
  const noteActive = useCallback((bucket: number | null) => {
    active.current = bucket;
  }, []);
  const state = useMemo(
    () => ({ shown, events: marks.events, noteActive }),
    [shown, marks.events, noteActive],
  );

  const pressed = (event: PointerEvent<HTMLElement>) => {
    wasDragged.current = false;
    if (event.button !== 0 || points.length === 0 || marks.onSelect === null) return;
    const bucket = bucketUnder(event);
    setDrag({ anchor: bucket, head: bucket, startX: event.clientX, hasMoved: false });
  };
  const moved = (event: PointerEvent<HTMLElement>) => {
    if (drag === null) return;
    const hasMoved = drag.hasMoved || Math.abs(event.clientX - drag.startX) >= CLICK_PX;
    if (hasMoved && !drag.hasMoved) event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ ...drag, head: bucketUnder(event), hasMoved });
  };
  const released = () => {
    if (drag === null) return;
    setDrag(null);
    if (!drag.hasMoved) return;
    wasDragged.current = true;
    marks.onSelect?.(stretchOf(points, drag.anchor, drag.head));
  };
  const typed = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape' && marks.selection !== null) {
      // The innermost layer closes first.
      event.stopPropagation();
      marks.onSelect?.(null);
    }
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0 || !event.shiftKey) {
      if (event.key !== 'Shift') keyAnchor.current = null;
      return;
    }
    // The chart moves its crosshair with the same key, after this.
    const from = active.current ?? points.length - 1;
    keyAnchor.current ??= from;
    const head = Math.min(points.length - 1, Math.max(0, from + step));
    marks.onSelect?.(stretchOf(points, keyAnchor.current, head));
  };
  return (
    <BrushContext value={state}>
      <div
        className={styles.brush}
        data-testid={testId}
        onPointerDown={pressed}
        onPointerMove={moved}
        onPointerUp={released}
        onPointerCancel={() => setDrag(null)}
        onKeyDownCapture={typed}
        onClickCapture={(event) => {
          // A click that ends a drag is none.
          if (wasDragged.current) event.stopPropagation();
          wasDragged.current = false;
        }}
      >
        {children}
      </div>
    </BrushContext>
  );
}
