import { useState, type ReactNode } from 'react';
import type { AccessRequest } from '#contract/access-requests.ts';
import type { AccessRequestId } from '#contract/ids.ts';
import { useAccessRequests } from '#renderer/api/access-queries.ts';
import { useForbidden } from '#renderer/api/use-permission.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/button.tsx';
import { ListBar, ListWithInspector, rowsOf } from '#renderer/ui/list-page.tsx';
import { useMarkedRows, type MarkedRows } from '#renderer/ui/use-marked-rows.ts';
import { ACCESS_COLUMNS } from './access-columns.tsx';
import { AccessInspector } from './access-inspector.tsx';
import { accessFilterOf, type AccessSearch } from './access-search.ts';
import { isUndecided } from './access-words.ts';
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
  const rows = rowsOf(query);
  const selected = rows.find(({ id }) => id === search.id);
  const marks = useMarkedRows(rows, idOf);
  return (
    <>
      <ListWithInspector
        query={query}
        subject="The key requests"
        label="Key requests"
        columns={ACCESS_COLUMNS}
        rowKey={idOf}
        rowHeightPx={ROW_PX}
        selectedKey={search.id ?? null}
        onSelect={({ id }) => onSelect(id)}
        marks={marks}
        above={
          <>
            {filters}
            {marks.rows.length > 0 && <MarkedBar marks={marks} />}
          </>
        }
        empty={empty}
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
      />
      {tasks.dialogs}
    </>
  );
}

/** What can be done with the marked requests: one reason for all that are open. */
function MarkedBar({ marks }: { readonly marks: MarkedRows<AccessRequest> }) {
  const [isRejecting, setRejecting] = useState(false);
  const forbidden = useForbidden()('accessRequests.reject');
  const open = marks.rows.filter(isUndecided);
  return (
    <ListBar role="region" label="Marked requests">
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
    </ListBar>
  );
}
