import type { ReactNode } from 'react';
import type { RequestRow } from '#contract/requests.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { AbsoluteTime } from '#renderer/format/relative-time.tsx';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { EmptyState, SkeletonLines } from '#renderer/ui/states.tsx';
import type { Column } from '#renderer/ui/table-column.ts';
import { VirtualTable } from '#renderer/ui/virtual-table.tsx';
import { barText, withBarText } from './bar-text.ts';
import explorer from './explorer.module.css';
import { withoutLastToken } from './query-text.ts';
import { CLEARED_SEARCH, isNarrowed, logRange, type RequestSearch } from './request-search.ts';
import styles from './requests.module.css';
import { ScanBar } from './scan-bar.tsx';
import type { RequestLog } from './use-request-log.ts';

interface LogTableProps {
  readonly log: RequestLog;
  readonly search: RequestSearch;
  readonly onSearch: (search: RequestSearch) => void;
  readonly columns: readonly Column<RequestRow>[];
  readonly noTraffic: ReactNode;
  /** Where the range begins; null while it is not known. */
  readonly oldestMs: number | null;
}

const ROW_PX = 30;

/** Rows of the log, newest first; or why there are none. */
export function LogTable({ log, search, onSearch, columns, noTraffic, oldestMs }: LogTableProps) {
  const change = (part: Partial<RequestSearch>) => onSearch({ ...search, ...part });
  const { scan, rowsBefore } = log;
  const total = rowsBefore + log.rows.length;
  return (
    <div className={explorer.rows}>
      {scan !== null && (
        <ScanBar scan={scan} fromMs={log.filter.from ?? oldestMs} toMs={log.filter.to ?? nowMs()} />
      )}
      {rowsBefore > 0 && (
        <p className={explorer.dropped}>
          <Button onClick={log.loadNewer}>Load newer</Button> Rows that are far away were let go of.
        </p>
      )}
      <AsyncRegion
        query={log.query}
        subject="The requests"
        className={explorer.fill}
        skeleton={<SkeletonLines lines={12} />}
        isEmpty={(rows) => rows.length === 0 && scan?.isRunning !== true}
        empty={
          isNarrowed(search) ? (
            <NoMatch search={search} onSearch={onSearch} isPart={scan !== null} />
          ) : (
            noTraffic
          )
        }
      >
        {(rows) => (
          <VirtualTable<RequestRow>
            label="Requests"
            columns={columns}
            rows={rows}
            rowsBefore={rowsBefore}
            // How many there are in all is not counted: one more than loaded means that more follow.
            rowCount={total + (log.hasMore ? 1 : 0)}
            rowKey={(row) => row.requestId}
            selectedKey={search.row ?? null}
            onSelect={(row) => change({ row: row.requestId })}
            onOpen={(row) => change({ row: row.requestId })}
            onEndReached={log.loadMore}
            onStartReached={log.loadNewer}
            rowHeightPx={ROW_PX}
          />
        )}
      </AsyncRegion>
      {log.removedBefore !== null && (
        <p className={styles.edge}>
          Rows before <AbsoluteTime at={log.removedBefore} /> were removed; daily totals are still in the
          charts.
        </p>
      )}
    </div>
  );
}

interface NoMatchProps {
  readonly search: RequestSearch;
  readonly onSearch: (search: RequestSearch) => void;
  /** The search was stopped before its end. */
  readonly isPart: boolean;
}

function NoMatch({ search, onSearch, isPart }: NoMatchProps) {
  const text = barText(search);
  return (
    <EmptyState
      title={isPart ? 'Nothing found so far.' : 'No request matches these filters.'}
      actions={
        <>
          {logRange(search) !== 'all' && (
            <Button onClick={() => onSearch({ ...search, range: 'all', from: undefined, to: undefined })}>
              Search all kept rows
            </Button>
          )}
          {text !== '' && (
            <Button onClick={() => onSearch(withBarText(search, withoutLastToken(text)))}>
              Remove the last filter
            </Button>
          )}
          <Button
            onClick={() => onSearch({ ...CLEARED_SEARCH, range: 'all', env: search.env, cols: search.cols })}
          >
            Clear filters
          </Button>
        </>
      }
    >
      Widen the time range or take a filter away.
    </EmptyState>
  );
}
