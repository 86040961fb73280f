import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { CHILD_FIELDS, type ChildField, type PivotRow } from '#contract/enrolment.ts';
import type { Key } from '#contract/keys.ts';
import { DAY_MS } from '#contract/usage.ts';
import { useChildPivot } from '#renderer/api/queries.ts';
import { useNow } from '#renderer/format/clock.ts';
import { count, percent } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { Select } from '#renderer/ui/select.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { barParts, busiest, FIELD_WORDS, groupQuery, shortValue } from './enrolment-words.ts';
import styles from './enrolment.module.css';

const RANGES = [
  { value: '1', label: 'Last 24 hours', log: '24h' },
  { value: '7', label: 'Last 7 days', log: '7d' },
  { value: '30', label: 'Last 30 days', log: '30d' },
] as const;
type Days = (typeof RANGES)[number]['value'];
const FIELD_OPTIONS = CHILD_FIELDS.map((value) => ({ value, label: FIELD_WORDS[value] }));

/** What became of the requests of children, by version or commit: at which one the errors began. */
export function PivotPanel({ subject }: { readonly subject: Key }) {
  const [by, setBy] = useState<ChildField>('version');
  const [days, setDays] = useState<Days>('7');
  // A new question each minute, not each render.
  const to = useNow(60_000) + 60_000;
  const query = useChildPivot(
    { keyId: subject.keyId, by, from: to - Number(days) * DAY_MS, to },
    { keepsPrevious: true },
  );
  const log = RANGES.find(({ value }) => value === days)?.log ?? '7d';
  return (
    <section className={styles.block} aria-label={`Requests by ${by}`}>
      <div className={styles.head}>
        <h2>Requests by {by}</h2>
        <div className={styles.choose}>
          <Select label="Count by" hideLabel isSmall value={by} options={FIELD_OPTIONS} onChange={setBy} />
          <Select label="Time" hideLabel isSmall value={days} options={RANGES} onChange={setDays} />
        </div>
      </div>
      <AsyncRegion
        query={query}
        subject="The figures"
        isEmpty={(data) => data.rows.length === 0}
        empty={
          <EmptyState title="No keys were fetched yet">Each version then has its figures here.</EmptyState>
        }
      >
        {(data) => (
          <>
            <div
              className={styles.scroll}
              tabIndex={0}
              role="region"
              aria-label={`Table of requests by ${by}`}
            >
              <PivotTable by={by} rows={data.rows} log={log} />
            </div>
            {data.isCut && <p className={styles.quiet}>Older ones are left out.</p>}
          </>
        )}
      </AsyncRegion>
    </section>
  );
}

interface PivotTableProps {
  readonly by: ChildField;
  readonly rows: readonly PivotRow[];
  readonly log: '24h' | '7d' | '30d';
}

function PivotTable({ by, rows, log }: PivotTableProps) {
  const most = busiest(rows);
  return (
    <PlainTable
      label={`Requests by ${by}`}
      rows={rows}
      rowKey={(row) => row.value ?? ''}
      columns={[
        {
          header: FIELD_WORDS[by],
          cell: ({ value }) =>
            value === null ? 'not told' : <code title={value}>{shortValue(by, value)}</code>,
        },
        { header: 'Since', cell: (row) => <RelativeTime at={row.firstAt} /> },
        {
          header: 'Live keys',
          align: 'end',
          cell: (row) => `${count(row.liveCount)} of ${count(row.childCount)}`,
        },
        { header: 'Requests', align: 'end', cell: (row) => count(row.total) },
        { header: 'Allowed and not', cell: (row) => <Bar row={row} most={most} /> },
        { header: 'Refused', align: 'end', cell: (row) => count(row.refused) },
        { header: 'Failed (5xx)', align: 'end', cell: (row) => count(row.failed) },
        {
          header: 'Error rate',
          align: 'end',
          cell: (row) => (row.total === 0 ? '–' : percent(row.errorRate)),
        },
        {
          header: 'Log',
          cell: (row) =>
            row.value === null ? (
              ''
            ) : (
              <Link
                to="/requests"
                search={{ q: groupQuery(by, row.value), range: log }}
                aria-label={`Requests of ${by} ${row.value}`}
              >
                Requests
              </Link>
            ),
        },
      ]}
    />
  );
}

/** Its share of the busiest group: what went well, then what did not. The numbers stand beside it. */
function Bar({ row, most }: { readonly row: PivotRow; readonly most: number }) {
  const { well, ill } = barParts(row, most);
  return (
    <svg className={styles.bar} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden>
      <rect className={styles.well} x="0" y="0" height="10" width={well} />
      <rect className={styles.ill} x={well} y="0" height="10" width={ill} />
    </svg>
  );
}
