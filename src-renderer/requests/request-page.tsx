import { Link, useParams } from '@tanstack/react-router';
import { ApiError } from '#renderer/api/client.ts';
import { useRequest } from '#renderer/api/traffic-queries.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { RequestCopies, RequestDetail } from './request-detail.tsx';
import styles from './requests.module.css';

/** One request of the log, to link to. */
export function RequestPage() {
  const { requestId } = useParams({ from: '/requests/$requestId' });
  const query = useRequest({ requestId });
  const row = query.data;
  const title = row === undefined ? 'Request' : `${row.method ?? 'Scopes'} ${row.path ?? ''}`.trim();
  const isGone = query.error instanceof ApiError && query.error.code === 'REQUEST_NOT_FOUND';
  return (
    <Page>
      <PageHeader
        title={title}
        heading={<span className={styles.pageTitle}>{title}</span>}
        {...(row === undefined ? {} : { actions: <RequestCopies row={row} /> })}
      >
        <nav className={styles.crumbs} aria-label="Way back">
          <Link to="/requests">Requests</Link>
          {row?.keyId !== null && row !== undefined && (
            <Link to="/requests" search={{ key: row.keyId }}>
              Requests of this key
            </Link>
          )}
          {row?.clientIp !== null && row !== undefined && (
            <Link to="/requests" search={{ ip: row.clientIp }}>
              Requests from this address
            </Link>
          )}
        </nav>
      </PageHeader>
      {isGone ? (
        <EmptyState
          title="This request is not in the log."
          actions={<Link to="/requests">Open the request log</Link>}
        >
          It may have been removed by retention; daily totals are kept longer than single rows.
        </EmptyState>
      ) : (
        <AsyncRegion query={query} subject="The request" className={styles.pageBody}>
          {(found) => (
            <>
              <h2 className="visually-hidden">Details</h2>
              <RequestDetail row={found} />
            </>
          )}
        </AsyncRegion>
      )}
    </Page>
  );
}
