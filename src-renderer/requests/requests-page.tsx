import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { EmptyState } from '#renderer/ui/states.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { ExportMenu } from './export-menu.tsx';
import { RequestLogView } from './request-log-view.tsx';
import { logRange, type RequestSearch } from './request-search.ts';
import { requestColumns } from './request-columns.tsx';
import { RequestViews } from './request-views.tsx';
import { useRequestLog } from './use-request-log.ts';

/** The request log: every decision, newest first, with filters in the address. */
export function RequestsPage() {
  const search: RequestSearch = useSearch({ from: '/requests' });
  const navigate = useNavigate({ from: '/requests' });
  const log = useRequestLog(search, null);
  const setSearch = (next: RequestSearch) => {
    // Choosing a row is not a place to go back to; a filter is.
    const isRowOnly = next.row !== search.row;
    void navigate({ search: next, replace: isRowOnly, resetScroll: !isRowOnly });
  };
  return (
    <Page isFilled>
      <PageHeader
        title="Requests"
        actions={
          <>
            <RequestViews search={search} />
            <ExportMenu
              filter={log.filter}
              columnIds={requestColumns(search.cols, false).map((column) => column.id)}
            />
          </>
        }
      />
      <RequestLogView
        log={log}
        search={search}
        onSearch={setSearch}
        keyId={null}
        noTraffic={
          <EmptyState
            title={logRange(search) === 'all' ? 'No requests yet' : 'No requests in this time'}
            actions={
              logRange(search) === 'all' ? (
                <Link to="/services">Connect a service</Link>
              ) : (
                <Button onClick={() => setSearch({ ...search, range: 'all' })}>Show all kept rows</Button>
              )
            }
          >
            Every question that a service asks about a key becomes a row here, with the reason for its answer.
          </EmptyState>
        }
      />
    </Page>
  );
}
