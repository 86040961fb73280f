import { useEffect, useMemo, useState, type ReactNode, type RefObject } from 'react';

/** One column of a VirtualTable. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** The header is only read out. */
  readonly hidesHeader?: boolean;
  /** Keep the columns in a constant or a memo: rows are drawn again when they change. */
  cell(this: void, row: Row): ReactNode;
  /** CSS grid track: `minmax(220px, 2fr)`, `96px`. */
  readonly track: string;
  readonly align?: 'start' | 'end';
  /** Left out when the table is narrower than this, in px. */
  readonly hideBelow?: number;
  /** Sort words for both directions; the header becomes a button. */
  readonly sort?: { readonly ascending: string; readonly descending: string };
}

/** The columns that fit the present width of the table. */
export function useFittingColumns<Row>(
  element: RefObject<HTMLElement | null>,
  columns: readonly Column<Row>[],
): readonly Column<Row>[] {
  const [width, setWidth] = useState(Number.POSITIVE_INFINITY);
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(entry.contentRect.width);
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return useMemo(
    () => columns.filter((column) => column.hideBelow === undefined || width >= column.hideBelow),
    [columns, width],
  );
}

/** Where a key press leads among `rowCount` rows, or null when it does not move. `pageRows` is how many rows are in view. */
export function movedIndex(key: string, index: number, rowCount: number, pageRows: number): number | null {
  const clamp = (next: number) => Math.max(0, Math.min(rowCount - 1, next));
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return clamp(index + 1);
    case 'ArrowUp':
    case 'k':
      return clamp(index < 0 ? 0 : index - 1);
    case 'PageDown':
      return clamp(Math.max(index, 0) + pageRows);
    case 'PageUp':
      return clamp(index - pageRows);
    case 'Home':
      return clamp(0);
    case 'End':
      return clamp(rowCount - 1);
    default:
      return null;
  }
}
