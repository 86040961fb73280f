import type { KeyboardEvent, MouseEvent } from 'react';
import type { Column } from './table-column.ts';

/** Place of the boxes before the first column. */
const MARK_TRACK = '20px';

/** Marking as a table knows it. */
export interface RowMarks<Row> {
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly markedKeys: ReadonlySet<string> | undefined;
  /** Absent: rows cannot be marked. */
  readonly onMark: ((row: Row, isRange: boolean) => void) | undefined;
}

/** CSS grid tracks of a row: chosen widths before those of the columns. */
export function tracksOf<Row>(
  columns: readonly Column<Row>[],
  widths: ReadonlyMap<string, number> | undefined,
  hasMarks: boolean,
): string {
  const tracks = columns.map(({ id, track }) => {
    const width = widths?.get(id);
    return width === undefined ? track : `${String(width)}px`;
  });
  return (hasMarks ? [MARK_TRACK, ...tracks] : tracks).join(' ');
}

/** x marks the active row, Shift with an arrow marks on to the next one. Answers the row that is active then; null when the key
 *  means something else. */
export function markByKey<Row>(
  event: KeyboardEvent,
  active: Row | undefined,
  { rows, rowKey, markedKeys, onMark }: RowMarks<Row>,
): Row | null {
  // Keys pressed in a button of the head or of a cell belong to that button.
  if (onMark === undefined || active === undefined || event.target !== event.currentTarget) return null;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.key === 'x' && !event.shiftKey) {
    onMark(active, false);
    return active;
  }
  const by = event.shiftKey ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : undefined;
  const next = by === undefined ? undefined : rows[rows.indexOf(active) + by];
  if (next === undefined) return null;
  if (!(markedKeys?.has(rowKey(active)) ?? false)) onMark(active, false);
  onMark(next, true);
  return next;
}

/** Handles a click on a row's box. False: it was somewhere else. */
export function markByClick<Row>(
  event: MouseEvent<HTMLElement>,
  row: Row | undefined,
  { onMark }: RowMarks<Row>,
): boolean {
  if (!(event.target instanceof Element) || event.target.closest('[data-mark]') === null) return false;
  // A click on the label comes again as one on the box.
  if (event.target instanceof HTMLInputElement && row !== undefined) onMark?.(row, event.shiftKey);
  return true;
}
