import { Link, useSearch } from '@tanstack/react-router';
import type { Leak } from '#contract/leaks.ts';
import { useLeaks } from '#renderer/api/queries.ts';
import { bytes, count, counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import { ProgressBar } from '#renderer/ui/progress-bar.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { ContainKey } from './contain-key.tsx';
import { LeakInput } from './leak-input.tsx';
import { LeakResults } from './leak-results.tsx';
import { useLeakSearch } from './use-leak-search.ts';
import styles from './leaks.module.css';

/** From "a key is on a public page" to contained: search, see what it can do, end it. Below it the incidents. */
export function LeaksPage() {
  const { key } = useSearch({ from: '/leaks' });
  const search = useLeakSearch();
  const { progress, result } = search;
  return (
    <Page>
      <PageHeader title="Leaks" />
      {key !== undefined && <ContainKey key={key} keyId={key} />}
      <LeakInput onText={search.searchText} onFiles={search.searchFiles} />
      {progress !== null && (
        <div className={styles.progress}>
          <ProgressBar
            label="Searching files"
            share={progress.files / progress.fileCount}
            valueText={`${count(progress.files)} of ${counted(progress.fileCount, 'file')}, ${bytes(progress.bytes)}`}
          />
          <span className={styles.quiet}>
            {`${count(progress.files)} of ${counted(progress.fileCount, 'file')}, ${bytes(progress.bytes)}`}
          </span>
          <Button onClick={search.cancel}>Cancel</Button>
        </div>
      )}
      <ErrorNote error={search.error} />
      {result !== null && <LeakResults result={result} onChanged={search.refresh} />}
      <Incidents />
    </Page>
  );
}

const COLUMNS: readonly PlainColumn<Leak>[] = [
  {
    header: 'Key',
    cell: ({ id, keyName }) => (
      <Link to="/leaks/$leakId" params={{ leakId: id }}>
        {keyName}
      </Link>
    ),
  },
  {
    header: 'Found',
    cell: ({ foundAt, foundBy }) => (
      <>
        <RelativeTime at={foundAt} /> by {foundBy}
      </>
    ),
  },
  { header: 'Where', cell: ({ place }) => (place === '' ? '–' : place) },
  { header: 'State', cell: (leak) => <StateChip leak={leak} /> },
];

function StateChip({ leak: { containedBy, closedAt } }: { readonly leak: Leak }) {
  if (closedAt !== null) return <Chip>Closed</Chip>;
  return containedBy === null ? <Chip tone="danger">Not contained</Chip> : <Chip tone="ok">Contained</Chip>;
}

function Incidents() {
  const leaks = useLeaks({});
  return (
    <section className={styles.incidents} aria-label="Incidents">
      <h2 className={styles.heading}>Incidents</h2>
      <AsyncRegion
        query={leaks}
        subject="The incidents"
        isEmpty={({ items }) => items.length === 0}
        empty={
          <p className={styles.quiet}>
            None yet. Keys can also be looked for in CI and before each commit:{' '}
            <code>latchkey scan --staged</code>.
          </p>
        }
      >
        {({ items, total }) => (
          <>
            <PlainTable label="Incidents" rows={items} rowKey={({ id }) => id} columns={COLUMNS} />
            {total > items.length && <p className={styles.quiet}>{`The newest of ${count(total)}.`}</p>}
          </>
        )}
      </AsyncRegion>
    </section>
  );
}
