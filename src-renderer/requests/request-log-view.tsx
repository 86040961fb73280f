import { Link } from '@tanstack/react-router';
import { ArrowUp } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import type { RequestRow } from '#contract/requests.ts';
import { useRequestSurvey } from '#renderer/api/traffic-queries.ts';
import { counted } from '#renderer/format/numbers.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Inspector, WithInspector } from '#renderer/ui/inspector.tsx';
import list from '#renderer/ui/list-page.module.css';
import type { Column } from '#renderer/ui/table-column.ts';
import { usePageActions } from '#renderer/shell/actions/use-page-actions.ts';
import { barText, withBarText } from './bar-text.ts';
import explorer from './explorer.module.css';
import { FacetPanel } from './facet-panel.tsx';
import { LiveLog } from './live-log.tsx';
import { LogHistogram } from './log-histogram.tsx';
import { LogTable } from './log-table.tsx';
import { LogToolbar } from './log-toolbar.tsx';
import { requestColumns } from './request-columns.tsx';
import { RequestCopies, RequestDetail } from './request-detail.tsx';
import type { RequestSearch } from './request-search.ts';
import styles from './requests.module.css';
import { useIsWide } from './use-is-wide.ts';
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

/** Below this width of the log, px, facets are shown only when they are asked for. */
const FACETS_FROM_PX = 900;
const SURVEY_EVERY_MS = 15_000;

/** Query, facets, histogram, rows and the inspector of the chosen row; or the live tail. Fills the height it is given. */
export function RequestLogView(props: RequestLogViewProps) {
  const { log, search, onSearch, keyId } = props;
  const change = (part: Partial<RequestSearch>) => onSearch({ ...search, ...part });
  const [liveRow, setLiveRow] = useState<RequestRow | null>(null);
  const selected = [...log.rows, ...(liveRow === null ? [] : [liveRow])].find(
    (row) => row.requestId === search.row,
  );
  const { ref, isWide } = useIsWide(FACETS_FROM_PX);
  const [chosenFacets, setChosenFacets] = useState<boolean | null>(null);
  const isLive = search.live === 'on';
  const hasFacets = !isLive && (chosenFacets ?? isWide);
  const survey = useRequestSurvey(
    { filter: log.filter },
    // The rows come first: counting keeps the log's thread busy for a while.
    {
      isEnabled: !isLive && hasAnswered(log),
      keepsPrevious: true,
      everyMs: SURVEY_EVERY_MS,
    },
  );
  const columns = requestColumns(search.cols, keyId !== null);
  usePageActions([
    { id: 'requests.live', run: () => change({ live: isLive ? undefined : 'on' }) },
    { id: 'requests.facets', run: () => setChosenFacets(!hasFacets) },
  ]);
  const select = (row: RequestRow) => {
    setLiveRow(row);
    change({ row: row.requestId });
  };
  return (
    <WithInspector
      inspector={
        selected === undefined ? null : (
          <RequestInspector row={selected} onClose={() => change({ row: undefined })} />
        )
      }
    >
      <div className={list.view} ref={ref}>
        <LogToolbar
          search={search}
          onSearch={onSearch}
          isOneKey={keyId !== null}
          hasFacets={hasFacets}
          onFacets={setChosenFacets}
        />
        {isLive ? (
          <LiveLog filter={log.filter} columns={columns} selected={search.row ?? null} onSelect={select} />
        ) : (
          <FoundRequests {...props} survey={survey} hasFacets={hasFacets} columns={columns} />
        )}
      </div>
    </WithInspector>
  );
}

interface FoundRequestsProps extends RequestLogViewProps {
  readonly survey: ReturnType<typeof useRequestSurvey>;
  readonly hasFacets: boolean;
  readonly columns: readonly Column<RequestRow>[];
}

/** Facets, histogram and rows of what was found. */
function FoundRequests(props: FoundRequestsProps) {
  const { log, search, onSearch, keyId, noTraffic, survey, hasFacets, columns } = props;
  const pick = (fromMs: number, toMs: number) =>
    onSearch({
      ...search,
      range: 'custom',
      from: timestampMs.parse(fromMs),
      to: timestampMs.parse(toMs),
    });
  return (
    <div className={explorer.split}>
      {hasFacets && (
        <aside className={explorer.facets} aria-label="Facets">
          <FacetPanel
            survey={survey.data}
            text={barText(search)}
            onText={(text) => onSearch(withBarText(search, text))}
            isOneKey={keyId !== null}
          />
        </aside>
      )}
      <div className={explorer.results}>
        <AsyncRegion
          query={survey}
          subject="The histogram"
          className={explorer.histogramRegion}
          skeleton={null}
        >
          {(found) => (
            <LogHistogram
              survey={found}
              range={{
                from: log.filter.from,
                // An open range ends where it was counted.
                to: Math.min(log.filter.to ?? survey.dataUpdatedAt, survey.dataUpdatedAt),
              }}
              onPick={pick}
            />
          )}
        </AsyncRegion>
        <div className={list.region}>
          <NewRows log={log} />
          <LogTable
            log={log}
            search={search}
            onSearch={onSearch}
            columns={columns}
            noTraffic={noTraffic}
            oldestMs={survey.data?.buckets[0]?.bucketStart ?? null}
          />
        </div>
      </div>
    </div>
  );
}

/** The first page has come, has not been found so far, or has failed. */
function hasAnswered({ query, scan }: RequestLog): boolean {
  return query.data !== undefined || scan !== null || (query.error !== null && query.error !== undefined);
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
