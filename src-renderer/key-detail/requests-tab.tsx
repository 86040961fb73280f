import { Link } from '@tanstack/react-router';
import type { Key } from '#contract/keys.ts';
import { ExportMenu } from '#renderer/requests/export-menu.tsx';
import { RequestLogView } from '#renderer/requests/request-log-view.tsx';
import { requestColumns } from '#renderer/requests/request-columns.tsx';
import { logRange } from '#renderer/requests/request-search.ts';
import { useRequestLog } from '#renderer/requests/use-request-log.ts';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import {
  fullLogSearch,
  requestSearchOf,
  withRequestSearch,
  type KeyDetailSearch,
} from './key-detail-search.ts';
import styles from './key-detail.module.css';

interface RequestsTabProps {
  readonly subject: Key;
  readonly search: KeyDetailSearch;
  readonly onSearch: (search: KeyDetailSearch, replace: boolean) => void;
}

/** The request log of this key. */
export function RequestsTab({ subject, search, onSearch }: RequestsTabProps) {
  const requests = requestSearchOf(search);
  const log = useRequestLog(requests, subject.keyId);
  return (
    <div className={styles.tall}>
      <div className={styles.bar}>
        <Link to="/requests" search={fullLogSearch(search, subject.keyId)}>
          Open in the request log
        </Link>
        <span className={styles.push}>
          <ExportMenu
            filter={log.filter}
            columnIds={requestColumns(requests.cols, true).map((column) => column.id)}
          />
        </span>
      </div>
      <RequestLogView
        log={log}
        search={requests}
        onSearch={(next) => onSearch(withRequestSearch(search, next), next.row !== requests.row)}
        keyId={subject.keyId}
        noTraffic={
          <EmptyState
            title={
              logRange(requests) === 'all' ? 'No requests with this key yet' : 'No requests in this time'
            }
            actions={
              logRange(requests) !== 'all' && (
                <Button onClick={() => onSearch({ ...search, log: 'all' }, false)}>Show all kept rows</Button>
              )
            }
          />
        }
      />
    </div>
  );
}
