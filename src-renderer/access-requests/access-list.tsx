import { useState, type ReactNode } from 'react';
import type { AccessRequest } from '#contract/access-requests.ts';
import type { AccessRequestId } from '#contract/ids.ts';
import { useAccessRequests } from '#renderer/api/queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { WithInspector } from '#renderer/ui/inspector.tsx';
import { SkeletonLines } from '#renderer/ui/states.tsx';
import { useMarkedRows, type MarkedRows } from '#renderer/ui/use-marked-rows.ts';
import { VirtualTable } from '#renderer/ui/virtual-table.tsx';
import { ACCESS_COLUMNS } from './access-columns.tsx';
import { AccessInspector } from './access-inspector.tsx';
import { accessFilterOf, type AccessSearch } from './access-search.ts';
import { isUndecided } from './access-words.ts';
import styles from './access.module.css';
import { RejectDialog } from './reject-dialog.tsx';
import { useAccessTasks } from './use-access-tasks.tsx';

const PAGE_ROWS = 100;
const ROW_PX = 48;
const idOf = ({ id }: AccessRequest) => id;

interface AccessListProps {
  readonly search: AccessSearch;
  readonly onSelect: (id: AccessRequestId | undefined) => void;
  readonly filters: ReactNode;
  readonly empty: ReactNode;
}

/** Requests of a search, newest first, with the chosen one beside them. Fills the height it is given. */
export function AccessList({ search, onSelect, filters, empty }: AccessListProps) {
  const query = useAccessRequests(
    { filter: accessFilterOf(search), limit: PAGE_ROWS },
    { keepsPrevious: true },
  );
  const tasks = useAccessTasks();
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const selected = rows.find(({ id }) => id === search.id);
  const marks = useMarkedRows(rows, idOf);
  return (
    <WithInspector
      inspector={
        selected === undefined ? null : (
          <AccessInspector
            request={selected}
            onClose={() => onSelect(undefined)}
            onTask={tasks.start}
            onShow={onSelect}
          />
        )
      }
    >
      <div className={styles.view}>
        {filters}
        {marks.rows.length > 0 && <MarkedBar marks={marks} />}
        <AsyncRegion
          query={{
            data: query.data === undefined ? undefined : rows,
            error: query.error,
            isFetching: query.isFetching && query.isPlaceholderData,
            refetch: query.refetch,
          }}
          subject="The key requests"
          className={styles.region}
          skeleton={<SkeletonLines lines={12} />}
          isEmpty={(requests) => requests.length === 0}
          empty={empty}
        >
          {(requests) => (
            <VirtualTable<AccessRequest>
              label="Key requests"
              columns={ACCESS_COLUMNS}
              rows={requests}
              rowCount={query.data?.pages[0]?.total ?? requests.length}
              rowKey={idOf}
              selectedKey={search.id ?? null}
              onSelect={({ id }) => onSelect(id)}
              onOpen={({ id }) => onSelect(id)}
              markedKeys={marks.keys}
              onMark={marks.mark}
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

/** What can be done with the marked requests: one reason for all that are open. */
function MarkedBar({ marks }: { readonly marks: MarkedRows<AccessRequest> }) {
  const [isRejecting, setRejecting] = useState(false);
  const forbidden = useForbidden()('accessRequests.reject');
  const open = marks.rows.filter(isUndecided);
  return (
    <div className={styles.filters} role="region" aria-label="Marked requests">
      <strong aria-live="polite">{counted(marks.rows.length, 'request')} marked</strong>
      <Button
        disabledReason={forbidden ?? (open.length === 0 ? 'None of them is open.' : undefined)}
        onClick={() => setRejecting(true)}
      >
        Reject…
      </Button>
      <Button variant="quiet" onClick={() => marks.replace([])}>
        Clear marks
      </Button>
      {isRejecting && (
        <RejectDialog requests={open} onClose={() => setRejecting(false)} onDone={() => marks.replace([])} />
      )}
    </div>
  );
}
