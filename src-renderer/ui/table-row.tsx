import { memo } from 'react';
import { classNames } from './class-names.ts';
import type { Column } from './table-column.ts';
import styles from './virtual-table.module.css';

interface TableRowProps {
  readonly id: string;
  readonly row: unknown;
  readonly rowKey: string;
  /** 1-based, among all rows. */
  readonly rowIndex: number;
  readonly columns: readonly Column<unknown>[];
  readonly isActive: boolean;
  readonly isSelected: boolean | undefined;
  /** undefined: rows cannot be marked. */
  readonly isMarked: boolean | undefined;
  readonly tone: string | undefined;
  readonly startPx: number;
  readonly heightPx: number;
}

/** One row of a VirtualTable. Drawn again only when something of its own changed: scrolling moves past it. */
export const TableRow = memo(function TableRow(props: TableRowProps) {
  const { id, row, rowKey, rowIndex, columns, isActive, isSelected, isMarked, tone, startPx, heightPx } =
    props;
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={rowIndex}
      aria-selected={isSelected}
      data-testid="row"
      data-key={rowKey}
      data-tone={tone}
      data-marked={isMarked === true ? true : undefined}
      className={classNames(styles.row, isActive && styles.active)}
      style={{ blockSize: heightPx, transform: `translateY(${String(startPx)}px)` }}
    >
      {isMarked !== undefined && (
        <div role="gridcell" className={styles.cell}>
          <label className={styles.mark} data-mark>
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={`Mark row ${String(rowIndex)}`}
              checked={isMarked}
              readOnly
            />
          </label>
        </div>
      )}
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
});
