import { Link } from '@tanstack/react-router';
import { ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import type { KeyId } from '#contract/ids.ts';
import type { RequestRow } from '#contract/requests.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Inspector, WithInspector } from '#renderer/ui/inspector.tsx';
import { EmptyState, SkeletonLines } from '#renderer/ui/states.tsx';
import { VirtualTable } from '#renderer/ui/virtual-table.tsx';
import { KEY_REQUEST_COLUMNS, REQUEST_COLUMNS } from './request-columns.tsx';
import { RequestCopies, RequestDetail } from './request-detail.tsx';
import { RequestFilters } from './request-filters.tsx';
import { CLEARED_SEARCH, isNarrowed, type RequestSearch } from './request-search.ts';
import styles from './requests.module.css';
import type { RequestLog } from './use-request-log.ts';

interface RequestLogViewProps {
  readonly log: RequestLog;
  readonly search: RequestSearch;
  readonly onSearch: (search: RequestSearch) => void;
  /** The log of this key only. */
  readonly keyId: KeyId | null;
  /** What to do when there was no traffic at all. */
  readonly noTraffic: ReactNode;
}

const ROW_PX = 30;

/** Filters, rows and the inspector of the chosen row. Fills the height it is given. */
export function RequestLogView({ log, search, onSearch, keyId, noTraffic }: RequestLogViewProps) {
  const change = (part: Partial<RequestSearch>) => onSearch({ ...search, ...part });
  const selected = log.rows.find((row) => row.requestId === search.row);
  const close = () => change({ row: undefined });
  return (
    <WithInspector
      inspector={selected === undefined ? null : <RequestInspector row={selected} onClose={close} />}
    >
      <div className={styles.log}>
        <RequestFilters
          search={search}
          onChange={change}
          onClear={() => onSearch({ ...CLEARED_SEARCH, range: search.range, env: search.env })}
          isOneKey={keyId !== null}
        />
        <div className={styles.region}>
          <NewRows log={log} />
          <AsyncRegion
            query={log.query}
            subject="The requests"
            className={styles.fill}
            skeleton={<SkeletonLines lines={12} />}
            isEmpty={(rows) => rows.length === 0}
            empty={
              isNarrowed(search) ? (
                <NoMatch onClear={() => onSearch({ ...CLEARED_SEARCH, range: 'all', env: search.env })} />
              ) : (
                noTraffic
              )
            }
          >
            {(rows) => (
              <VirtualTable<RequestRow>
                label="Requests"
                columns={keyId === null ? REQUEST_COLUMNS : KEY_REQUEST_COLUMNS}
                rows={rows}
                // How many there are in all is not counted: one more than loaded means that more follow.
                rowCount={rows.length + (log.hasMore ? 1 : 0)}
                rowKey={(row) => row.requestId}
                selectedKey={search.row ?? null}
                onSelect={(row) => change({ row: row.requestId })}
                onOpen={(row) => change({ row: row.requestId })}
                onEndReached={log.loadMore}
                rowHeightPx={ROW_PX}
              />
            )}
          </AsyncRegion>
        </div>
        {log.removedBefore !== null && (
          <p className={styles.edge}>
            Rows before <AbsoluteTime at={log.removedBefore} /> were removed; daily totals are still in the
            charts.
          </p>
        )}
      </div>
    </WithInspector>
  );
}

function NewRows({ log }: { readonly log: RequestLog }) {
  const words = `${counted(log.newCount, 'new request')}`.replace(/^(\d+)/, log.hasMoreNew ? '$1+' : '$1');
  return (
    <div role="status" className={styles.newRows}>
      {log.newCount > 0 && (
        <Button icon={<ArrowUp aria-hidden />} onClick={log.showNew}>
          {words}
        </Button>
      )}
    </div>
  );
}

function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <EmptyState
      title="No request matches these filters."
      actions={<Button onClick={onClear}>Clear filters</Button>}
    >
      Widen the time range or take a filter away.
    </EmptyState>
  );
}

function RequestInspector({ row, onClose }: { readonly row: RequestRow; readonly onClose: () => void }) {
  return (
    <Inspector
      label={`Request ${row.method ?? ''} ${row.path ?? row.requestId}`}
      heading={
        <h2 className={styles.inspectorTitle}>
          <Link to="/requests/$requestId" params={{ requestId: row.requestId }} title="Open as a page">
            {row.method ?? 'Scopes'} {row.path ?? ''}
          </Link>
        </h2>
      }
      onClose={onClose}
      actions={<RequestCopies row={row} />}
    >
      <RequestDetail row={row} />
    </Inspector>
  );
}
