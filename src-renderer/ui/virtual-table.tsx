import { useVirtualizer } from '@tanstack/react-virtual';
import { use, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { useLook } from './look.ts';
import type { MenuAnchor } from './menu.tsx';
import { menuByKey } from './menu-by-key.ts';
import { markByKey, tracksOf, type RowMarks } from './row-marks.ts';
import { SingleKeysContext } from './shortcut-context.ts';
import { movedIndex, useFittingColumns, type Column } from './table-column.ts';
import { TableBody } from './table-body.tsx';
import { TableHeader } from './table-header.tsx';
import { useFocusRow } from './use-focus-row.ts';
import { useScrollPlace } from './use-scroll-place.ts';
import styles from './virtual-table.module.css';

/** What a VirtualTable draws and tells. */
export interface VirtualTableProps<Row> {
  /** Name of the table for ears: "Keys". */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** How many rows there are in all; may be more than are loaded. */
  readonly rowCount: number;
  readonly rowKey: (row: Row) => string;
  readonly selectedKey?: string | null;
  /** Click or Space, and every move while something is selected. */
  readonly onSelect?: (row: Row) => void;
  /** Enter or double click. */
  readonly onOpen?: (row: Row) => void;
  /** Other keys on the focused row; call preventDefault when used. */
  readonly onRowKey?: (event: KeyboardEvent, row: Row) => void;
  /** A row's menu is wanted: at the pointer, or at the row when the menu key or Shift+F10 was pressed. */
  readonly onRowMenu?: (row: Row, at: MenuAnchor) => void;
  /** The row that the keyboard acts on has changed; null: the focus is elsewhere. */
  readonly onFocusRow?: (row: Row | null) => void;
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
  /** The last loaded rows come into view: load more. May be called again and again. */
  readonly onEndReached?: () => void;
  /** Rows before the first of `rows` that are not loaded any more: their place stays empty. */
  readonly rowsBefore?: number;
  /** The empty place before the loaded rows comes into view: load them again. May be called again and again. */
  readonly onStartReached?: () => void;
  /** The element that scrolls, for a list that follows its end. */
  readonly scrollerRef?: RefObject<HTMLDivElement | null>;
  /** Rows that are drawn now (in view and a few beyond). */
  readonly onDrawn?: (rows: readonly Row[]) => void;
  /** Height of a row in px; default the density's row height. */
  readonly rowHeightPx?: number;
  /** Marks rows whose look differs, for example `revoked`: becomes `data-tone`. */
  readonly rowTone?: (row: Row) => string | undefined;
  /** Keys of the marked rows. With `onMark` each row has a box, x marks the active row, and Shift marks a range. */
  readonly markedKeys?: ReadonlySet<string>;
  readonly onMark?: (row: Row, isRange: boolean) => void;
  /** Widths in px that a person has chosen, by column. */
  readonly widths?: ReadonlyMap<string, number>;
  /** A head was dragged to this width, px. */
  readonly onWidth?: (columnId: string, widthPx: number) => void;
}

const OVERSCAN = 8;
const NEAR_END = 40;
/** Height of the sticky head. It stands before the rows in what scrolls: places of rows count from its end. */
const HEAD_PX = 32;

/** How many rows a page key moves by: what is in view, less two to keep the thread. */
function pageRowsOf(scroller: HTMLElement | null, height: number): number {
  return Math.max(1, Math.floor((scroller?.clientHeight ?? height) / height) - 2);
}

/** Height of a row at a density. The style sheet knows it; `_density` is named so that it is asked again after a change. */
function densityRowHeight(_density: string): number {
  const text = getComputedStyle(document.documentElement).getPropertyValue('--row-height');
  const height = Number.parseFloat(text);
  return Number.isFinite(height) && height > 0 ? height : 42;
}

function useRowHeight(own: number | undefined): number {
  const density = useLook('density');
  return useMemo(() => own ?? densityRowHeight(density), [own, density]);
}

/** The rows in view and what follows from their coming into view. */
function useVirtualRows<Row>(
  { rows, rowCount, rowsBefore = 0, onEndReached, onStartReached, onDrawn }: VirtualTableProps<Row>,
  scroller: RefObject<HTMLElement | null>,
  height: number,
  formerPx: number,
) {
  // eslint-disable-next-line react-hooks/incompatible-library -- changes inside; nothing here is memoized by a compiler
  const virtualizer = useVirtualizer({
    count: rowsBefore + rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    // It goes there as soon as it has an element, whatever that one was scrolled to.
    initialOffset: formerPx,
    scrollPaddingEnd: HEAD_PX,
    // Drawing at once at every scroll event would block scrolling itself.
    useFlushSync: false,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, height]);
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  const loadedTo = rowsBefore + rows.length;
  useEffect(() => {
    if (rows.length > 0 && loadedTo < rowCount && last >= loadedTo - NEAR_END) onEndReached?.();
  }, [last, rows.length, loadedTo, rowCount, onEndReached]);
  useEffect(() => {
    if (rowsBefore > 0 && first < rowsBefore + NEAR_END) onStartReached?.();
  }, [first, rowsBefore, onStartReached]);
  useEffect(() => {
    onDrawn?.(rows.slice(Math.max(0, first - rowsBefore), last + 1 - rowsBefore));
  }, [first, last, rows, rowsBefore, onDrawn]);
  return { virtualizer, items, first, last };
}

/** Rows by the ten thousand: only what is in view is in the page. One tab stop; arrows, Home, End and page keys move, Enter opens. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, rows, rowCount, rowsBefore = 0, rowKey, selectedKey = null } = props;
  const { onSelect, onOpen, onRowKey, rowTone } = props;
  const id = useId();
  const ownScroller = useRef<HTMLDivElement>(null);
  const scroller = props.scrollerRef ?? ownScroller;
  const place = useScrollPlace(`list ${label}`, scroller);
  const columns = useFittingColumns(scroller, props.columns);
  const height = useRowHeight(props.rowHeightPx);
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const { virtualizer, items, first, last } = useVirtualRows(props, scroller, height, place.formerPx);
  const activeRow = rows.findIndex((row) => rowKey(row) === (activeKey ?? selectedKey));
  const activeIndex = activeRow === -1 ? -1 : rowsBefore + activeRow;
  const hasSingleKeys = use(SingleKeysContext);
  const focus = useFocusRow(rows[activeRow] ?? null, props.onFocusRow);
  const { markedKeys, onMark, onWidth } = props;
  const hasMarks = onMark !== undefined;
  const marks: RowMarks<Row> = { rows, rowKey, markedKeys, onMark };
  const pick = (row: Row, isSelecting = true) => {
    setActiveKey(rowKey(row));
    if (isSelecting) onSelect?.(row);
  };
  const handleKey = (event: KeyboardEvent<HTMLDivElement>) => {
    if (!hasSingleKeys && event.key.length === 1 && event.key !== ' ') return;
    const row = rows[activeRow];
    if (menuByKey(event, row, rowKey, props.onRowMenu)) return;
    const marked = markByKey(event, row, marks);
    if (marked !== null) {
      event.preventDefault();
      pick(marked, false);
      return;
    }
    handleRowKey(event, {
      move: (key) => movedIndex(key, activeRow, rows.length, pageRowsOf(scroller.current, height)),
      goTo: (index) => {
        const next = rows[index];
        if (next === undefined) return;
        virtualizer.scrollToIndex(rowsBefore + index);
        pick(next, selectedKey !== null);
      },
      ...(row === undefined || onOpen === undefined ? {} : { open: () => onOpen(row) }),
      ...(row === undefined || onSelect === undefined ? {} : { select: () => onSelect(row) }),
      ...(row === undefined || onRowKey === undefined ? {} : { other: () => onRowKey(event, row) }),
    });
  };
  return (
    <div
      ref={scroller}
      role="grid"
      data-scroll-restoration-id={place.name}
      aria-label={label}
      aria-rowcount={rowCount}
      aria-colcount={columns.length}
      aria-activedescendant={
        activeIndex >= first && activeIndex <= last ? `${id}-${String(activeIndex)}` : undefined
      }
      data-row-count={rowCount}
      data-loaded={rows.length}
      tabIndex={0}
      className={styles.table}
      aria-multiselectable={hasMarks || undefined}
      style={{ '--columns': tracksOf(columns, props.widths, hasMarks) }}
      onKeyDown={handleKey}
      {...focus}
    >
      <TableHeader {...{ columns, hasMarks, onWidth }} sort={props.sort} onSort={props.onSort} />
      <TableBody
        {...{ id, items, columns, marks, rowsBefore, selectedKey, rowTone }}
        activeIndex={activeIndex}
        totalPx={virtualizer.getTotalSize()}
        isSelectable={onSelect !== undefined}
        onPick={pick}
        onOpen={onOpen}
        onMenu={props.onRowMenu}
      />
    </div>
  );
}

interface RowKeyActions {
  readonly move: (key: string) => number | null;
  readonly goTo: (index: number) => void;
  readonly open?: () => void;
  readonly select?: () => void;
  readonly other?: () => void;
}

function handleRowKey(event: KeyboardEvent<HTMLDivElement>, actions: RowKeyActions): void {
  // Keys pressed in a button of the head or of a cell belong to that button.
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = event.shiftKey ? null : actions.move(event.key);
  const action =
    next !== null
      ? () => actions.goTo(next)
      : event.key === 'Enter'
        ? actions.open
        : event.key === ' '
          ? actions.select
          : undefined;
  if (action === undefined) {
    actions.other?.();
    return;
  }
  event.preventDefault();
  action();
}
