import { ArrowDown, ArrowUp } from 'lucide-react';
import { classNames } from './class-names.ts';
import type { Column } from './table-column.ts';
import styles from './virtual-table.module.css';

interface TableHeaderProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
  /** The rows begin with a box. */
  readonly hasMarks?: boolean;
  readonly onWidth?: ((columnId: string, widthPx: number) => void) | undefined;
}

/** Column heads; those that sort are buttons and tell the present direction. */
export function TableHeader<Row>({ columns, sort, onSort, hasMarks, onWidth }: TableHeaderProps<Row>) {
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" className={styles.headRow}>
        {hasMarks === true && (
          <div role="columnheader">
            <span className="visually-hidden">Mark</span>
          </div>
        )}
        {columns.map((column) => {
          const words = column.sort;
          const isAscending = words !== undefined && sort === words.ascending;
          const isDescending = words !== undefined && sort === words.descending;
          return (
            <div
              key={column.id}
              role="columnheader"
              className={classNames(styles.headCell, column.align === 'end' && styles.end)}
              data-head={column.id}
              aria-sort={isAscending ? 'ascending' : isDescending ? 'descending' : undefined}
            >
              {words === undefined || onSort === undefined ? (
                <span className={column.hidesHeader === true ? 'visually-hidden' : undefined}>
                  {column.header}
                </span>
              ) : (
                <button
                  type="button"
                  className={styles.sort}
                  onClick={() => onSort(isAscending ? words.descending : words.ascending)}
                >
                  {column.header}
                  {isAscending && <ArrowUp aria-hidden size={12} />}
                  {isDescending && <ArrowDown aria-hidden size={12} />}
                </button>
              )}
              {onWidth !== undefined && column.hidesHeader !== true && (
                <WidthHandle onWidth={(widthPx) => onWidth(column.id, widthPx)} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Narrowest width that a column can be dragged to. */
export const COLUMN_PX_MIN = 48;

/** The right edge of a head, to be dragged. Its twin for the keyboard is in the columns menu. */
function WidthHandle({ onWidth }: { readonly onWidth: (widthPx: number) => void }) {
  return (
    <span
      aria-hidden
      className={styles.handle}
      onPointerDown={(event) => {
        event.preventDefault();
        const handle = event.currentTarget;
        const startPx = handle.parentElement?.getBoundingClientRect().width ?? 0;
        const startX = event.clientX;
        handle.setPointerCapture(event.pointerId);
        const toEnd = getComputedStyle(handle).direction === 'rtl' ? -1 : 1;
        const move = (moved: PointerEvent) =>
          onWidth(Math.max(COLUMN_PX_MIN, Math.round(startPx + toEnd * (moved.clientX - startX))));
        handle.addEventListener('pointermove', move);
        handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), {
          once: true,
        });
      }}
    />
  );
}
