import { useState } from 'react';
import { timestampMs, type KeyId } from '#contract/ids.ts';
import type { RequestFilter, RequestRow } from '#contract/requests.ts';
import { useRequests } from '#renderer/api/queries.ts';
import { nowMs } from '#renderer/format/clock.ts';
import { requestFilterOf, type RequestSearch } from './request-search.ts';

/** How often the log asks for rows that came since it was opened. */
const NEW_ROWS_EVERY_MS = 4_000;
const LATE_REPORTS_EVERY_MS = 5_000;
const PAGE_ROWS = 100;

/** The request log as it stood at one moment, and what has come since. */
export interface RequestLog {
  readonly rows: readonly RequestRow[];
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
  /** Older rows were removed before this moment; null while more rows follow and when none were removed. */
  readonly removedBefore: number | null;
  readonly newCount: number;
  /** `newCount` is only the first page of more. */
  readonly hasMoreNew: boolean;
  /** Takes the new rows into the list. */
  readonly showNew: () => void;
}

/**
 * Rows of a search up to the moment it was made: rows that come later are counted, and shown only when asked for, so
 * that what is being read does not move away.
 */
export function useRequestLog(search: RequestSearch, lockedKeyId: KeyId | null): RequestLog {
  const { row: _row, ...asked } = search;
  const question = JSON.stringify([asked, lockedKeyId]);
  const [anchor, setAnchor] = useState(() => ({ question, atMs: nowMs() }));
  if (anchor.question !== question) setAnchor({ question, atMs: nowMs() });

  const wanted: RequestFilter = {
    ...requestFilterOf(search, anchor.atMs),
    ...(lockedKeyId === null ? {} : { keyId: lockedKeyId }),
  };
  const anchorAt = timestampMs.parse(anchor.atMs);
  const isOpenEnded = wanted.to === undefined || wanted.to > anchorAt;
  const filter: RequestFilter = isOpenEnded ? { ...wanted, to: anchorAt } : wanted;
  // Asked again by the clock for statuses that services report late.
  const query = useRequests(
    { filter, limit: PAGE_ROWS },
    { keepsPrevious: true, isAsOf: true, everyMs: LATE_REPORTS_EVERY_MS },
  );
  const from = wanted.from !== undefined && wanted.from > anchorAt ? wanted.from : anchorAt;
  const newer = useRequests(
    { filter: { ...wanted, from }, limit: PAGE_ROWS },
    { isEnabled: isOpenEnded, everyMs: NEW_ROWS_EVERY_MS, staleMs: 0 },
  );
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const newest = newer.data?.pages[0];
  return {
    rows,
    filter: wanted,
    query: {
      data: query.data === undefined ? undefined : rows,
      error: query.error,
      isFetching: query.isFetching && !query.isFetchingNextPage && query.isPlaceholderData,
      refetch: query.refetch,
    },
    hasMore: query.hasNextPage,
    loadMore: () => {
      if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
    },
    removedBefore: query.hasNextPage ? null : (query.data?.pages.at(-1)?.removedBefore ?? null),
    newCount: newest?.items.length ?? 0,
    hasMoreNew: newest !== undefined && newest.nextCursor !== null,
    showNew: () => setAnchor({ question, atMs: nowMs() }),
  };
}
