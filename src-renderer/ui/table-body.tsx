import type { MouseEvent } from 'react';
import type { MenuAnchor } from './menu.tsx';
import { markByClick, type RowMarks } from './row-marks.ts';
import type { Column } from './table-column.ts';
import { TableRow } from './table-row.tsx';
import styles from './virtual-table.module.css';

interface TableBodyProps<Row> {
  /** Front part of the ids of the rows. */
  readonly id: string;
  /** The rows to draw, by their index among all. */
  readonly items: readonly { readonly index: number; readonly start: number; readonly size: number }[];
  readonly columns: readonly Column<Row>[];
  readonly marks: RowMarks<Row>;
  readonly rowsBefore: number;
  readonly selectedKey: string | null;
  readonly activeIndex: number;
  readonly totalPx: number;
  readonly rowTone: ((row: Row) => string | undefined) | undefined;
  readonly isSelectable: boolean;
  /** Makes it the active row; selects it too unless told otherwise. */
  readonly onPick: (row: Row, isSelecting?: boolean) => void;
  readonly onOpen: ((row: Row) => void) | undefined;
  /** A row's menu is wanted at the pointer; absent: the browser's own comes. */
  readonly onMenu: ((row: Row, at: MenuAnchor) => void) | undefined;
}

/** The rows of a VirtualTable that are in view. */
export function TableBody<Row>(props: TableBodyProps<Row>) {
  const { id, items, columns, marks, rowsBefore, selectedKey, activeIndex, rowTone, onPick, onOpen } = props;
  const { rows, rowKey, markedKeys, onMark } = marks;
  return (
    <div
      role="rowgroup"
      className={styles.body}
      style={{ blockSize: props.totalPx }}
      onClick={(event) => {
        if (markByClick(event, rowAt(event.target, rows, rowKey), marks)) return;
        onRowAt(event, rows, rowKey, onPick);
      }}
      onContextMenu={(event) => {
        const row = rowAt(event.target, rows, rowKey);
        if (row === undefined || props.onMenu === undefined) return;
        event.preventDefault();
        onPick(row, false);
        const place = new DOMRect(event.clientX, event.clientY);
        props.onMenu(row, { getBoundingClientRect: () => place });
      }}
      onDoubleClick={(event) => onRowAt(event, rows, rowKey, (row) => onOpen?.(row))}
    >
      {items.map((item) => {
        const row = rows[item.index - rowsBefore];
        if (row === undefined) return null;
        const key = rowKey(row);
        return (
          <TableRow
            key={key}
            id={`${id}-${String(item.index)}`}
            row={row}
            rowKey={key}
            rowIndex={item.index + 1}
            columns={columns}
            isActive={item.index === activeIndex}
            isSelected={props.isSelectable ? key === selectedKey : undefined}
            isMarked={onMark !== undefined ? (markedKeys?.has(key) ?? false) : undefined}
            tone={rowTone?.(row)}
            startPx={item.start}
            heightPx={item.size}
          />
        );
      })}
    </div>
  );
}

/** Finds the row an event happened in. Buttons and links of a cell keep their own clicks; what a cell opens elsewhere in the page
 *  (a menu) is not in the row. */
function onRowAt<Row>(
  event: MouseEvent<HTMLElement>,
  rows: readonly Row[],
  rowKey: (row: Row) => string,
  act: (row: Row) => void,
): void {
  if (!(event.target instanceof Element) || event.target.closest('a, button, label') !== null) return;
  const row = rowAt(event.target, rows, rowKey);
  if (row !== undefined) act(row);
}

function rowAt<Row>(
  target: EventTarget,
  rows: readonly Row[],
  rowKey: (row: Row) => string,
): Row | undefined {
  if (!(target instanceof Element)) return undefined;
  const key = target.closest('[data-key]')?.getAttribute('data-key');
  return rows.find((candidate) => rowKey(candidate) === key);
}
