import { ArrowDown, ArrowUp } from 'lucide-react';
import { classNames } from './class-names.ts';
import type { Column } from './table-column.ts';
import styles from './virtual-table.module.css';

interface TableHeaderProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
}

/** Column heads; those that sort are buttons and tell the present direction. */
export function TableHeader<Row>({ columns, sort, onSort }: TableHeaderProps<Row>) {
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" className={styles.headRow}>
        {columns.map((column) => {
          const words = column.sort;
          const isAscending = words !== undefined && sort === words.ascending;
          const isDescending = words !== undefined && sort === words.descending;
          return (
            <div
              key={column.id}
              role="columnheader"
              className={classNames(styles.headCell, column.align === 'end' && styles.end)}
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
            </div>
          );
        })}
      </div>
    </div>
  );
}
