import { useCallback, useEffect, useState } from 'react';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import type { RequestFilter, RequestRow } from '#contract/requests.ts';
import { PAGE_ROWS, useRequestPages } from '#renderer/api/request-pages.ts';
import { useRequests } from '#renderer/api/traffic-queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { requestFilterOf, type RequestSearch } from './request-search.ts';

/** How often the log asks for rows that came since it was opened. */
const NEW_ROWS_EVERY_MS = 4_000;
const LATE_REPORTS_EVERY_MS = 5_000;

/** A search that does not find a page's rows at once. */
export interface RunningScan {
  readonly isRunning: boolean;
  /** How far back it has looked. */
  readonly searchedTo: number;
  readonly found: number;
  readonly stop: () => void;
  readonly goOn: () => void;
}

/** The request log as it stood at one moment, and what has come since. */
export interface RequestLog {
  readonly rows: readonly RequestRow[];
  /** Rows before the loaded ones that were dropped. */
  readonly rowsBefore: number;
  readonly filter: RequestFilter;
  /** For AsyncRegion; `data` is there once the first page is. */
  readonly query: {
    readonly data: readonly RequestRow[] | undefined;
    readonly error: unknown;
    readonly isFetching: boolean;
    readonly refetch: () => unknown;
  };
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  readonly loadNewer: () => void;
  /** null while pages come at once. */
  readonly scan: RunningScan | null;
  /** Older rows were removed before this moment; null while more rows follow and when none were removed. */
  readonly removedBefore: number | null;
  readonly newCount: number;
  /** `newCount` is only the first page of more. */
  readonly hasMoreNew: boolean;
  /** Takes the new rows into the list. */
  readonly showNew: () => void;
}

/** The filter of an address as it stands at one moment. */
function wantedFilter(search: RequestSearch, lockedKeyId: KeyId | null, atMs: number): RequestFilter {
  return { ...requestFilterOf(search, atMs), ...(lockedKeyId === null ? {} : { keyId: lockedKeyId }) };
}

/**
 * Rows of a search up to the moment it was made: rows that come later are counted, and shown only when asked for, so
 * that what is being read does not move away.
 */
export function useRequestLog(search: RequestSearch, lockedKeyId: KeyId | null): RequestLog {
  const { row: _row, cols: _cols, live, ...asked } = search;
  const question = JSON.stringify([asked, lockedKeyId]);
  const [anchor, setAnchor] = useState(() => ({ question, atMs: nowMs() }));
  if (anchor.question !== question) setAnchor({ question, atMs: nowMs() });

  const wanted = wantedFilter(search, lockedKeyId, anchor.atMs);
  const anchorAt = timestampMs.parse(anchor.atMs);
  const isOpenEnded = wanted.to === undefined || wanted.to > anchorAt;
  const filter: RequestFilter = isOpenEnded ? { ...wanted, to: anchorAt } : wanted;
  // Asked again by the clock for statuses that services report late.
  const { query, pages, rowsBefore, stopSearch } = useRequestPages(filter, LATE_REPORTS_EVERY_MS);
  const from = wanted.from !== undefined && wanted.from > anchorAt ? wanted.from : anchorAt;
  const newer = useRequests(
    { filter: { ...wanted, from }, limit: PAGE_ROWS },
    { isEnabled: isOpenEnded && live === undefined, everyMs: NEW_ROWS_EVERY_MS, staleMs: 0 },
  );
  const rows = pages.flatMap((page) => page.items);
  const newest = newer.data?.pages[0];
  const scan = useScan({ query, pages, rows, stopSearch, question });
  return {
    rows,
    rowsBefore,
    filter: wanted,
    query: {
      data: query.data === undefined || (scan?.isRunning === true && rows.length === 0) ? undefined : rows,
      error: query.error,
      isFetching: query.isFetching && !query.isFetchingNextPage && query.isPlaceholderData,
      refetch: query.refetch,
    },
    hasMore: query.hasNextPage,
    loadMore: () => {
      if (query.hasNextPage && !query.isFetching && scan?.isRunning !== true) void query.fetchNextPage();
    },
    loadNewer: () => {
      if (query.hasPreviousPage && !query.isFetching) void query.fetchPreviousPage();
    },
    scan,
    removedBefore: query.hasNextPage ? null : (pages.at(-1)?.removedBefore ?? null),
    newCount: newest?.items.length ?? 0,
    hasMoreNew: newest !== undefined && newest.nextCursor !== null,
    showNew: () => setAnchor({ question, atMs: nowMs() }),
  };
}

/** Goes on with a search whose last page is short, until a page's worth of rows is found, the log ends or somebody stops it. */
function useScan({
  query,
  pages,
  rows,
  stopSearch,
  question,
}: Pick<ReturnType<typeof useRequestPages>, 'query' | 'pages' | 'stopSearch'> & {
  readonly rows: readonly RequestRow[];
  readonly question: string;
}): RunningScan | null {
  const [stopped, setStopped] = useState<string | null>(null);
  const last = pages.at(-1);
  const searchedTo = last?.searchedTo ?? null;
  // Rows found since the last page that was whole.
  const wholeAt = pages.findLastIndex((page) => page.searchedTo === null);
  const found = pages.slice(wholeAt + 1).reduce((sum, page) => sum + page.items.length, 0);
  const isStopped = stopped === question;
  const isDue = searchedTo !== null && query.hasNextPage && found < PAGE_ROWS && !isStopped;
  const { fetchNextPage, isFetching, isPlaceholderData } = query;
  useEffect(() => {
    if (isDue && !isFetching && !isPlaceholderData) void fetchNextPage();
  }, [isDue, isFetching, isPlaceholderData, fetchNextPage]);
  const stop = useCallback(() => {
    setStopped(question);
    stopSearch();
  }, [question, stopSearch]);
  if (searchedTo === null || isPlaceholderData) return null;
  return { isRunning: isDue, searchedTo, found: rows.length, stop, goOn: () => setStopped(null) };
}
