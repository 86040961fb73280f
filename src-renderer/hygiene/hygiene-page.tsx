import { useState } from 'react';
import type { Output } from '#contract/contract.ts';
import type { HygieneKind } from '#contract/hygiene.ts';
import type { KeyId } from '#contract/ids.ts';
import type { KeyListItem } from '#contract/keys.ts';
import { useHygiene } from '#renderer/api/queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { BulkDialog } from '#renderer/keys/bulk-dialogs.tsx';
import { keyFilterOf } from '#renderer/keys/keys-search.ts';
import { useAllKeys } from '#renderer/keys/use-all-keys.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { EmptyState, errorMessageOf, Skeleton } from '#renderer/ui/states.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { useEnvironment } from '#renderer/ui/use-environment.ts';
import { ContactsDialog } from './contacts-dialog.tsx';
import { HygieneSection, type Remedy } from './hygiene-section.tsx';
import { HYGIENE_WORDS } from './hygiene-words.ts';
import styles from './hygiene.module.css';
import { UnusedRulesDialog } from './unused-rules-dialog.tsx';

const ASK_EVERY_MS = 30_000;
/** As long as the log is read for the first time, which can take a minute. */
const ASK_READING_MS = 2_000;

type Board = Output<'hygiene.board'>;

/** Keys that somebody should look at, each kind with what helps. */
export function HygienePage() {
  const environment = useEnvironment();
  const [isReading, setReading] = useState(false);
  const board = useHygiene(environment === null ? {} : { environment }, {
    everyMs: isReading ? ASK_READING_MS : ASK_EVERY_MS,
    keepsPrevious: true,
  });
  const isAnyRead = board.data?.items.some(({ missing }) => missing === 'reading') ?? false;
  if (isReading !== isAnyRead) setReading(isAnyRead);
  const allKeys = useAllKeys();
  const { say } = useToasts();
  const [open, setOpen] = useState<{ task: Remedy; rows: readonly KeyListItem[] } | null>(null);
  const [trimmed, setTrimmed] = useState<KeyId | null>(null);
  const remedy = async (kind: HygieneKind, task: Remedy) => {
    try {
      const filter = keyFilterOf(HYGIENE_WORDS[kind].search, environment);
      setOpen({ task, rows: await allKeys({ filter }) });
    } catch (error) {
      say('The keys could not be looked up.', { tone: 'failure', detail: errorMessageOf(error) });
    }
  };
  const found = board.data?.items.filter(({ count }) => (count ?? 0) > 0).length ?? 0;
  return (
    <Page>
      <PageHeader title="Hygiene" count={found === 0 ? undefined : `${counted(found, 'kind')} to look at`} />
      <AsyncRegion
        query={board}
        subject="The hygiene board"
        skeleton={<BoardSkeleton />}
        isEmpty={isTidy}
        empty={
          <EmptyState title="Nothing to tidy">
            No key is idle, endless, unlimited, near its end, granted too much or suspected to be shared.
          </EmptyState>
        }
      >
        {({ items }) => (
          <div className={styles.board}>
            {items.map((item) => (
              <HygieneSection
                key={item.kind}
                item={item}
                onRemedy={(task) => void remedy(item.kind, task)}
                onTrim={setTrimmed}
              />
            ))}
          </div>
        )}
      </AsyncRegion>
      {trimmed !== null && <UnusedRulesDialog keyId={trimmed} onClose={() => setTrimmed(null)} />}
      {open !== null && open.task === 'contacts' && (
        <ContactsDialog rows={open.rows} onClose={() => setOpen(null)} />
      )}
      {open !== null && open.task !== 'contacts' && (
        <BulkDialog
          task={open.task}
          rows={open.rows}
          onClose={() => setOpen(null)}
          onDone={() => setOpen(null)}
        />
      )}
    </Page>
  );
}

function isTidy({ items }: Board): boolean {
  return items.every(({ count }) => count === 0);
}

function BoardSkeleton() {
  return (
    <div aria-hidden className={styles.board}>
      {Array.from({ length: 4 }, (_, index) => (
        <section key={index} className={styles.section}>
          <Skeleton widthPercent={30} />
          <Skeleton widthPercent={70} />
        </section>
      ))}
    </div>
  );
}
