import type { ReactNode } from 'react';
import type { Handoff } from '#contract/handoffs.ts';
import type { KeyId } from '#contract/ids.ts';
import { useHandoffs } from '#renderer/api/handoff-queries.ts';
import { ListWithInspector, rowsOf } from '#renderer/ui/list-page.tsx';
import { HANDOFF_COLUMNS } from './handoff-columns.tsx';
import { HandoffInspector } from './handoff-inspector.tsx';
import { handoffFilterOf, type HandoffSearch } from './handoff-search.ts';
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
  const selected = rowsOf(query).find(({ id }) => id === search.id);
  return (
    <>
      <ListWithInspector
        query={query}
        subject="The handoffs"
        label="Handoffs"
        columns={HANDOFF_COLUMNS}
        rowKey={({ id }) => id}
        rowHeightPx={ROW_PX}
        selectedKey={search.id ?? null}
        onSelect={({ id }) => onSelect(id)}
        above={filters}
        empty={empty}
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
      />
      {tasks.dialogs}
    </>
  );
}
