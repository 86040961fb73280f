import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ChildKey } from '#contract/enrolment.ts';
import type { Key } from '#contract/keys.ts';
import { useChildren } from '#renderer/api/queries.ts';
import { count } from '#renderer/format/numbers.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Checkbox } from '#renderer/ui/checkbox.tsx';
import { Chip, StatusChip } from '#renderer/ui/chip.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { contactText, originText } from './enrolment-words.ts';
import styles from './enrolment.module.css';

/** Every child by itself, newest first, page by page. */
export function ChildList({ subject }: { readonly subject: Key }) {
  const [isLive, setLive] = useState(false);
  const pages = useChildren({
    keyId: subject.keyId,
    limit: 50,
    ...(isLive ? { isLive: true as const } : {}),
  });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const total = pages.data?.pages[0]?.total ?? 0;
  return (
    <section className={styles.block} aria-label="Child keys">
      <div className={styles.head}>
        <h2>Child keys</h2>
        {total > 0 && <span className={styles.quiet}>{count(total)}</span>}
        <div className={styles.push}>
          <Checkbox label="Only those that live" isChecked={isLive} onChange={setLive} />
        </div>
      </div>
      <AsyncRegion
        query={pages}
        subject="The child keys"
        isEmpty={() => items.length === 0}
        empty={<EmptyState title={isLive ? 'None lives right now' : 'No keys were fetched yet'} />}
      >
        {() => (
          <>
            <div className={styles.scroll} tabIndex={0} role="region" aria-label="Table of child keys">
              <ChildTable items={items} />
            </div>
            {pages.hasNextPage && (
              <div>
                <Button isBusy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                  Show more
                </Button>
              </div>
            )}
          </>
        )}
      </AsyncRegion>
    </section>
  );
}

function ChildTable({ items }: { readonly items: readonly ChildKey[] }) {
  return (
    <PlainTable
      label="Child keys"
      rows={items}
      rowKey={(child) => child.keyId}
      columns={[
        {
          header: 'Key',
          cell: (child) =>
            child.status === 'removed' ? (
              child.name
            ) : (
              <Link to="/keys/$keyId" params={{ keyId: child.keyId }}>
                {child.name}
              </Link>
            ),
        },
        { header: 'Of', cell: (child) => <code>{originText(child)}</code> },
        { header: 'Asked by', cell: contactText },
        {
          header: 'State',
          cell: ({ status }) =>
            status === 'removed' ? <Chip>Removed</Chip> : <StatusChip status={status} />,
        },
        { header: 'Token', cell: (child) => child.tokenName },
        { header: 'Fetched', cell: (child) => <RelativeTime at={child.createdAt} /> },
        {
          header: 'Last used',
          cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <RelativeTime at={lastUsedAt} />),
        },
        { header: 'Ends', cell: (child) => <RelativeTime at={child.endsAt} /> },
      ]}
    />
  );
}
