import { ChartColumn, Table2 } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { Button } from '#renderer/ui/button.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { ChartTable, chartTableText, type ChartTableData } from './chart-table.tsx';
import styles from './charts.module.css';

interface ChartPanelProps {
  readonly title: string;
  /** Unit and resolution: "requests per 15 minutes, UTC+1". */
  readonly unit: string;
  /** What the data do not know, for example how many requests have a reported status. */
  readonly note?: ReactNode;
  readonly legend?: ReactNode;
  /** The same numbers as a table; made only when somebody wants it. */
  readonly table: () => ChartTableData;
  readonly children: ReactNode;
}

/** A chart with its name, unit and legend, and the way to its numbers as a table. */
export function ChartPanel({ title, unit, note, legend, table, children }: ChartPanelProps) {
  const [isTable, setIsTable] = useState(false);
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        <span className={styles.unit}>{unit}</span>
        <div className={styles.tools}>
          <CopyButton text={() => chartTableText(table())} label={`Copy data of ${title}`} />
          <Button
            variant="quiet"
            icon={isTable ? <ChartColumn aria-hidden /> : <Table2 aria-hidden />}
            aria-label={isTable ? `View as chart: ${title}` : `View as table: ${title}`}
            onClick={() => setIsTable(!isTable)}
          >
            {isTable ? 'View as chart' : 'View as table'}
          </Button>
        </div>
      </div>
      {legend}
      {isTable ? <ChartTable caption={`${title}, ${unit}`} data={table()} /> : children}
      {note !== undefined && <p className={styles.note}>{note}</p>}
    </section>
  );
}
