import styles from './charts.module.css';

/** A chart's numbers as texts. Every row has one text more than there are columns of values: its bucket comes first. */
export interface ChartTableData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Sums, where summing makes sense. */
  readonly totals?: readonly string[];
}

/** The numbers behind a chart, one row a bucket. */
export function ChartTable({ caption, data }: { readonly caption: string; readonly data: ChartTableData }) {
  return (
    <div className={styles.tableFrame} tabIndex={0} role="region" aria-label={caption}>
      <table className={styles.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {data.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.map(([bucket, ...values]) => (
            <tr key={bucket}>
              <th scope="row">{bucket}</th>
              {values.map((value, index) => (
                <td key={data.columns[index + 1]}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
        {data.totals !== undefined && (
          <tfoot>
            <tr>
              {data.totals.map((value, index) =>
                index === 0 ? (
                  <th key="total" scope="row">
                    {value}
                  </th>
                ) : (
                  <td key={data.columns[index]}>{value}</td>
                ),
              )}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

/** The table as tab-separated lines, to paste into a spreadsheet. */
export function chartTableText(data: ChartTableData): string {
  const lines = [data.columns, ...data.rows, ...(data.totals === undefined ? [] : [data.totals])];
  return lines.map((line) => line.join('\t')).join('\n');
}
