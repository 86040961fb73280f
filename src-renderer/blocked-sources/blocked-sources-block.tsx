import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { BlockedSource } from '#contract/blocked-sources.ts';
import { useBlockSources, useUnblockSource } from '#renderer/api/commands.ts';
import { useBlockedSources } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { count } from '#renderer/format/numbers.ts';
import { AbsoluteTime, RelativeTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { classNames } from '#renderer/ui/class-names.ts';
import { Code } from '#renderer/ui/code.tsx';
import { PlainTable, type PlainColumn } from '#renderer/ui/plain-table.tsx';
import { EmptyState, ErrorNote } from '#renderer/ui/states.tsx';
import textStyles from '#renderer/ui/text.module.css';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { BlockSourcesDialog } from './block-sources-dialog.tsx';
import styles from './blocked-sources.module.css';

const COLUMNS: readonly PlainColumn<BlockedSource>[] = [
  {
    header: 'Source',
    cell: ({ network }) => (
      <span className={styles.network}>
        <Code>{network}</Code>
      </span>
    ),
  },
  { header: 'Reason', cell: ({ reason }) => reason },
  {
    header: 'Blocked',
    cell: ({ addedAt, addedBy }) => (
      <span className={classNames(textStyles.twoLines, styles.whole)}>
        <RelativeTime at={addedAt} />
        <span className={textStyles.quiet}>by {addedBy}</span>
      </span>
    ),
  },
  { header: 'Until', cell: (source) => <Until source={source} /> },
  {
    header: 'Refused since start',
    align: 'end',
    cell: ({ hits, lastHitAt }) => (
      <span className={textStyles.twoLines}>
        {count(hits)}
        {lastHitAt !== null && (
          <span className={textStyles.quiet}>
            last <RelativeTime at={lastHitAt} />
          </span>
        )}
      </span>
    ),
  },
  {
    header: 'Actions',
    hidesHeader: true,
    align: 'end',
    cell: (source) => <Actions source={source} />,
  },
];

/** The addresses and networks from which no key works. */
export function BlockedSourcesBlock({
  className,
  headClassName,
}: {
  readonly className: string | undefined;
  readonly headClassName: string | undefined;
}) {
  const sources = useBlockedSources();
  const forbidden = useForbidden()('blockedSources.add');
  const [isAdding, setAdding] = useState(false);
  return (
    <section className={className}>
      <div className={headClassName}>
        <h2>Blocked sources</h2>
        <Button
          className={styles.end}
          icon={<Plus aria-hidden />}
          disabledReason={forbidden}
          onClick={() => setAdding(true)}
        >
          Block sources…
        </Button>
      </div>
      <AsyncRegion query={sources} subject="The blocked sources">
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No source is blocked">
              An address or network that is blocked can use no key, whichever it is.
            </EmptyState>
          ) : (
            <PlainTable label="Blocked sources" rows={items} rowKey={({ id }) => id} columns={COLUMNS} />
          )
        }
      </AsyncRegion>
      {isAdding && <BlockSourcesDialog networks={[]} reason="" onClose={() => setAdding(false)} />}
    </section>
  );
}

function Until({ source: { expiresAt, isEnded } }: { readonly source: BlockedSource }) {
  if (isEnded) return <Chip>Ended</Chip>;
  return expiresAt === null ? (
    <span className={styles.whole}>let in again</span>
  ) : (
    <AbsoluteTime at={expiresAt} />
  );
}

function Actions({ source }: { readonly source: BlockedSource }) {
  const { id, network, reason, expiresAt, leakId, isEnded } = source;
  const forbidden = useForbidden()('blockedSources.remove');
  const unblock = useUnblockSource();
  const block = useBlockSources();
  const { say } = useToasts();
  const undo = async () => {
    const outcome = await block.run({ networks: [network], reason, expiresAt, leakId });
    say(outcome.ok ? `${network} is blocked again.` : `${network} is not blocked: ${outcome.error.message}`, {
      tone: outcome.ok ? 'done' : 'failure',
    });
  };
  const remove = async () => {
    const outcome = await unblock.run({ blockedSourceId: id });
    if (!outcome.ok) return;
    const action = isEnded ? {} : { action: { label: 'Undo', onSelect: () => void undo() } };
    say(`${network} is let in again.`, action);
  };
  return (
    <>
      <Link
        to="/requests"
        search={{ q: `ip:${network} detail:"blocked source"` }}
        className="button-link"
        aria-label={`Refused calls from ${network}`}
      >
        Refused calls
      </Link>{' '}
      <Button
        aria-label={`Let in ${network}`}
        isBusy={unblock.isRunning}
        disabledReason={forbidden}
        onClick={() => void remove()}
      >
        Let in
      </Button>
      <ErrorNote error={unblock.error} />
    </>
  );
}
