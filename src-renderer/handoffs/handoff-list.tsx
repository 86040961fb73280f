import type { ReactNode } from 'react';
import type { Handoff } from '#contract/handoffs.ts';
import type { KeyId } from '#contract/ids.ts';
import { useHandoffs } from '#renderer/api/queries.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { WithInspector } from '#renderer/ui/inspector.tsx';
import { SkeletonLines } from '#renderer/ui/states.tsx';
import { VirtualTable } from '#renderer/ui/virtual-table.tsx';
import { HANDOFF_COLUMNS } from './handoff-columns.tsx';
import { HandoffInspector } from './handoff-inspector.tsx';
import { handoffFilterOf, type HandoffSearch } from './handoff-search.ts';
import styles from './handoffs.module.css';
import { useHandoffTasks } from './use-handoff-tasks.tsx';

const PAGE_ROWS = 100;
const ROW_PX = 48;

interface HandoffListProps {
  readonly search: HandoffSearch;
  readonly onSelect: (id: Handoff['id'] | undefined) => void;
  /** Only those of one key. */
  readonly keyId?: KeyId;
  /** Above the list. */
  readonly filters?: ReactNode;
  readonly empty: ReactNode;
}

/** Handoffs of a search, newest first, with the chosen one beside them. Fills the height it is given. */
export function HandoffList({ search, onSelect, keyId, filters, empty }: HandoffListProps) {
  const query = useHandoffs(
    { filter: handoffFilterOf(search, keyId), limit: PAGE_ROWS },
    { keepsPrevious: true },
  );
  const tasks = useHandoffTasks();
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const selected = rows.find(({ id }) => id === search.id);
  return (
    <WithInspector
      inspector={
        selected === undefined ? null : (
          <HandoffInspector
            handoff={selected}
            onClose={() => onSelect(undefined)}
            onTask={tasks.start}
            onShow={onSelect}
          />
        )
      }
    >
      <div className={styles.view}>
        {filters}
        <AsyncRegion
          query={{
            data: query.data === undefined ? undefined : rows,
            error: query.error,
            isFetching: query.isFetching && query.isPlaceholderData,
            refetch: query.refetch,
          }}
          subject="The handoffs"
          className={styles.region}
          skeleton={<SkeletonLines lines={12} />}
          isEmpty={(handoffs) => handoffs.length === 0}
          empty={empty}
        >
          {(handoffs) => (
            <VirtualTable<Handoff>
              label="Handoffs"
              columns={HANDOFF_COLUMNS}
              rows={handoffs}
              rowCount={query.data?.pages[0]?.total ?? handoffs.length}
              rowKey={({ id }) => id}
              selectedKey={search.id ?? null}
              onSelect={({ id }) => onSelect(id)}
              onOpen={({ id }) => onSelect(id)}
              onEndReached={() => {
                if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
              }}
              rowHeightPx={ROW_PX}
            />
          )}
        </AsyncRegion>
      </div>
      {tasks.dialogs}
    </WithInspector>
  );
}
