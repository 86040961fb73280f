import { useState } from 'react';
import { isLetterKind } from '#contract/letter-kinds.ts';
import type { Delivery, DeliveryState } from '#contract/notice-channels.ts';
import { useReplayNotice } from '#renderer/api/commands.ts';
import { useDeliveries } from '#renderer/api/queries.ts';
import { RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { PlainTable } from '#renderer/ui/plain-table.tsx';
import { Select, type Option } from '#renderer/ui/select.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { LETTER_KIND_WORDS, NOTICE_KIND_WORDS } from './notice-kind-words.ts';
import styles from './settings.module.css';

type Shown = DeliveryState | 'all';

const SHOWN: readonly Option<Shown>[] = [
  { value: 'all', label: 'All' },
  { value: 'waiting', label: 'Waiting' },
  { value: 'sent', label: 'Sent' },
  { value: 'failed', label: 'Failed' },
];
const PAGE = 50;

/** How notices went, newest first. */
export function DeliveryLog() {
  const [shown, setShown] = useState<Shown>('all');
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const query = useDeliveries({
    filter: shown === 'all' ? {} : { state: shown },
    limit: PAGE,
    ...(cursor === undefined ? {} : { cursor }),
  });
  return (
    <section className={styles.block}>
      <h2>Deliveries</h2>
      <Select
        label="Show"
        value={shown}
        options={SHOWN}
        onChange={(next) => {
          setShown(next);
          setCursors([]);
        }}
      />
      <AsyncRegion
        query={query}
        subject="The deliveries"
        isEmpty={(data) => data.items.length === 0}
        empty={
          <EmptyState title={shown === 'all' ? 'Nothing was sent yet' : 'No such deliveries'}>
            Notices and tests are listed here for 90 days.
          </EmptyState>
        }
      >
        {(data) => (
          <>
            <DeliveryTable items={data.items} />
            <div className={styles.row}>
              {cursors.length > 0 && (
                <Button onClick={() => setCursors((former) => former.slice(0, -1))}>Newer</Button>
              )}
              {data.nextCursor !== null && (
                <Button onClick={() => setCursors((former) => [...former, data.nextCursor ?? ''])}>
                  Older
                </Button>
              )}
            </div>
          </>
        )}
      </AsyncRegion>
    </section>
  );
}

function DeliveryTable({ items }: { readonly items: readonly Delivery[] }) {
  const replay = useReplayNotice();
  const { say } = useToasts();
  const again = async (delivery: Delivery) => {
    const outcome = await replay.run({ deliveryId: delivery.id });
    if (!outcome.ok) return;
    const { state, to, problem } = outcome.data;
    say(state === 'sent' ? `Sent to ${to} again` : `Not sent to ${to}. ${problem ?? ''}`);
  };
  return (
    <>
      <PlainTable
        rows={items}
        rowKey={({ id }) => id}
        columns={[
          { header: 'Made', cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
          { header: 'To', cell: ({ to }) => <span className={styles.mono}>{to}</span> },
          { header: 'What', cell: (delivery) => <span title={delivery.text}>{whatOf(delivery)}</span> },
          { header: 'State', cell: (delivery) => <State delivery={delivery} /> },
          {
            header: 'Actions',
            hidesHeader: true,
            align: 'end',
            cell: (delivery) =>
              delivery.canReplay && (
                <Button
                  variant="quiet"
                  aria-label={`Send to ${delivery.to} again`}
                  isBusy={replay.isRunning}
                  onClick={() => void again(delivery)}
                >
                  Send again
                </Button>
              ),
          },
        ]}
      />
      <ErrorNote error={replay.error} />
    </>
  );
}

function whatOf({ kind, noticeIds, isReplay }: Delivery): string {
  if (kind === null) return 'Test';
  const many = noticeIds.length > 1 ? ` × ${String(noticeIds.length)}` : '';
  const label = isLetterKind(kind) ? LETTER_KIND_WORDS[kind] : NOTICE_KIND_WORDS[kind].label;
  return `${label}${many}${isReplay ? ', again' : ''}`;
}

function State({ delivery }: { readonly delivery: Delivery }) {
  const { state, attempts, problem, nextAttemptAt } = delivery;
  if (state === 'sent') return <Chip tone="ok">Sent</Chip>;
  return (
    <>
      {state === 'failed' ? <Chip tone="danger">Failed</Chip> : <Chip tone="warn">Waiting</Chip>}
      {problem !== null && <p className={styles.quiet}>{problem}</p>}
      {nextAttemptAt !== null && attempts > 0 && (
        <p className={styles.quiet}>
          Attempt {String(attempts)} failed; next <RelativeTime at={nextAttemptAt} />
        </p>
      )}
    </>
  );
}
