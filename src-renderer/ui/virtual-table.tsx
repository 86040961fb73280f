import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { classNames } from './class-names.ts';
import { movedIndex, useFittingColumns, type Column } from './table-column.ts';
import { TableHeader } from './table-header.tsx';
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
  readonly sort?: string;
  readonly onSort?: (sort: string) => void;
  /** The last loaded rows come into view: load more. May be called again and again. */
  readonly onEndReached?: () => void;
  /** Rows that are drawn now (in view and a few beyond). */
  readonly onDrawn?: (rows: readonly Row[]) => void;
  /** Height of a row in px; default the density's row height. */
  readonly rowHeightPx?: number;
  /** Marks rows whose look differs, for example `revoked`: becomes `data-tone`. */
  readonly rowTone?: (row: Row) => string | undefined;
}

const OVERSCAN = 8;
const NEAR_END = 40;

function densityRowHeight(): number {
  const text = getComputedStyle(document.documentElement).getPropertyValue('--row-height');
  const height = Number.parseFloat(text);
  return Number.isFinite(height) && height > 0 ? height : 42;
}

/** Rows by the ten thousand: only what is in view is in the page. One tab stop; arrows, Home, End and page keys move, Enter opens. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, rows, rowCount, rowKey, selectedKey = null, onSelect, onOpen, onRowKey, rowTone } = props;
  const { onEndReached, onDrawn } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useFittingColumns(scroller, props.columns);
  const [height] = useState(() => props.rowHeightPx ?? densityRowHeight());
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollPaddingStart: 32,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;

  useEffect(() => {
    if (rows.length > 0 && rows.length < rowCount && last >= rows.length - NEAR_END) onEndReached?.();
  }, [last, rows.length, rowCount, onEndReached]);
  useEffect(() => {
    onDrawn?.(rows.slice(first, last + 1));
  }, [first, last, rows, onDrawn]);

  const focusKey = activeKey ?? selectedKey;
  const activeIndex = focusKey === null ? -1 : rows.findIndex((row) => rowKey(row) === focusKey);
  const isActiveDrawn = activeIndex >= first && activeIndex <= last;

  const moveTo = (index: number) => {
    const row = rows[index];
    if (row === undefined) return;
    setActiveKey(rowKey(row));
    virtualizer.scrollToIndex(index);
    if (selectedKey !== null) onSelect?.(row);
  };

  const handleKey = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? height) / height) - 2);
    const next = event.shiftKey ? null : movedIndex(event.key, activeIndex, rows.length, pageRows);
    if (next !== null) {
      event.preventDefault();
      moveTo(next);
      return;
    }
    const row = rows[activeIndex];
    if (row === undefined) return;
    if (event.key === 'Enter' && onOpen !== undefined) {
      event.preventDefault();
      onOpen(row);
    } else if (event.key === ' ' && onSelect !== undefined) {
      event.preventDefault();
      onSelect(row);
    } else {
      onRowKey?.(event, row);
    }
  };

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rowCount}
      aria-colcount={columns.length}
      aria-activedescendant={isActiveDrawn ? `${id}-${String(activeIndex)}` : undefined}
      data-row-count={rowCount}
      data-loaded={rows.length}
      tabIndex={0}
      className={styles.table}
      style={{ '--columns': columns.map((column) => column.track).join(' ') }}
      onKeyDown={handleKey}
    >
      <TableHeader
        columns={columns}
        {...(props.sort === undefined ? {} : { sort: props.sort })}
        {...(props.onSort === undefined ? {} : { onSort: props.onSort })}
      />
      <div role="rowgroup" className={styles.body} style={{ blockSize: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const key = rowKey(row);
          return (
            <div
              key={key}
              id={`${id}-${String(item.index)}`}
              role="row"
              aria-rowindex={item.index + 1}
              aria-selected={onSelect === undefined ? undefined : key === selectedKey}
              data-testid="row"
              data-key={key}
              data-tone={rowTone?.(row)}
              className={classNames(styles.row, item.index === activeIndex && styles.active)}
              style={{ blockSize: item.size, transform: `translateY(${String(item.start)}px)` }}
              onClick={() => {
                setActiveKey(key);
                onSelect?.(row);
              }}
              onDoubleClick={() => onOpen?.(row)}
            >
              {columns.map((column) => (
                <div
                  key={column.id}
                  role="gridcell"
                  className={classNames(styles.cell, column.align === 'end' && styles.end)}
                  data-column={column.id}
                >
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
