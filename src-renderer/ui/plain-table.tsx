import { Fragment, type ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './plain-table.module.css';

/** One column of PlainTable. */
export interface PlainColumn<Row> {
  readonly header: string;
  /** The header is only read out, for columns of buttons. */
  readonly hidesHeader?: boolean;
  readonly align?: 'end';
  readonly cell: (row: Row) => ReactNode;
}

interface PlainTableProps<Row> {
  /** What is listed, for ears; without it the heading above must say it. */
  readonly label?: string;
  readonly columns: readonly PlainColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row, index: number) => string;
  /** A line below a row over its whole width; null for none. */
  readonly noteOf?: (row: Row) => ReactNode;
}

/** A short list as a table: everything in the page, hairlines between the rows. Long lists are a VirtualTable. */
export function PlainTable<Row>({ label, columns, rows, rowKey, noteOf }: PlainTableProps<Row>) {
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ header, hidesHeader = false, align }) => (
            <th key={header} scope="col" className={align === 'end' ? styles.end : undefined}>
              {hidesHeader ? <span className="visually-hidden">{header}</span> : header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => {
          const note = noteOf?.(row) ?? null;
          return (
            <Fragment key={rowKey(row, index)}>
              <tr className={classNames(note !== null && styles.hasNote)}>
                {columns.map(({ header, align, cell }) => (
                  <td key={header} className={align === 'end' ? styles.end : undefined}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
              {note !== null && (
                <tr>
                  <td colSpan={columns.length} className={styles.note}>
                    {note}
                  </td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}
