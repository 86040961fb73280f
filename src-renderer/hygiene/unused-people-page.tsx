import { Link } from '@tanstack/react-router';
import type { UnusedPerson } from '#contract/unused-by-person.ts';
import { useUnusedByPerson } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { useEnvironment } from '#renderer/ui/use-environment.ts';
import { usesText } from './unused-people-words.ts';
import styles from './sharing.module.css';

/** Who was given keys and never used them: those people may be calling with somebody else's. */
export function UnusedPeoplePage() {
  const environment = useEnvironment();
  const people = useUnusedByPerson(environment === null ? {} : { environment }, { keepsPrevious: true });
  return (
    <Page>
      <PageHeader title="Never used, by person">
        <p className={styles.lead}>
          <Link to="/hygiene">Back to hygiene</Link>
        </p>
      </PageHeader>
      <AsyncRegion
        query={people}
        subject="The list"
        isEmpty={(data) => data.people.length === 0}
        empty={
          <EmptyState title="Everybody uses their keys">
            No key that works was left unused by the person who has it.
          </EmptyState>
        }
      >
        {(data) => (
          <>
            <p className={styles.lead}>
              Whoever has a key and never used it may not have begun, or may call with somebody else’s. Ask,
              and help with the first call. A key is the person’s that it names, else its newest recipient’s,
              else its application’s contact’s.
            </p>
            <PeopleTable people={data.people} />
            {data.isCut && <p className={styles.lead}>There are more people than are named here.</p>}
          </>
        )}
      </AsyncRegion>
    </Page>
  );
}

function PeopleTable({ people }: { readonly people: readonly UnusedPerson[] }) {
  return (
    <PlainTable
      label="People with keys that were never used"
      rows={people}
      rowKey={({ person }) => person}
      columns={[
        { header: 'Person', cell: ({ person }) => (person === '' ? 'nobody is known' : person) },
        { header: 'Uses', cell: usesText },
        { header: 'Never used', cell: (row) => <UnusedKeys row={row} /> },
        {
          header: 'Last used',
          cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <RelativeTime at={lastUsedAt} />),
        },
      ]}
    />
  );
}

function UnusedKeys({ row: { unused, unusedCount } }: { readonly row: UnusedPerson }) {
  const more = unusedCount - unused.length;
  return (
    <>
      {unused.map(({ keyId, name, environment, applicationName, createdAt }) => (
        <div key={keyId}>
          <Link to="/keys/$keyId" params={{ keyId }}>
            {name}
          </Link>{' '}
          {applicationName}, {environment}, made <RelativeTime at={createdAt} />
        </div>
      ))}
      {more > 0 && <div>and {counted(more, 'more key')}</div>}
    </>
  );
}
