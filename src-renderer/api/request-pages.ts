import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Output } from '#contract/contract.ts';
import type { RequestFilter } from '#contract/requests.ts';
import { useApiClient } from './api-context.tsx';

/** Rows that a page asks for. */
export const PAGE_ROWS = 100;
/** Pages that are kept: 50,000 rows. Of more, those at the other end of the list are dropped, and fetched again on the way back. */
const PAGES_MAX = 500;
/** How long one page may be searched for before it answers with what it has, ms. */
const PAGE_BUDGET_MS = 1_000;
/** Beyond this many loaded pages the list is no longer fetched again by the clock: all its pages would be. */
const PAGES_POLLED_MAX = 5;

/** Where a page begins, and how the list got there. */
interface PagePlace {
  readonly cursor: string | null;
  /** Rows of the pages before it. */
  readonly offset: number;
  readonly previous: PagePlace | null;
}

type Page = Output<'requests.list'> & { readonly place: PagePlace };

const START: PagePlace = { cursor: null, offset: 0, previous: null };

/** The request log page by page, newest first, as a window over a list of any length. Pages of a slow search come as far as they got. */
export function useRequestPages(filter: RequestFilter, everyMs: number) {
  const client = useApiClient();
  const searchId = useRef('');
  const query = useInfiniteQuery({
    queryKey: ['requests.list as of', { filter, limit: PAGE_ROWS }],
    queryFn: async ({ signal, pageParam }): Promise<Page> => {
      const id = crypto.randomUUID();
      searchId.current = id;
      const answer = await client.call(
        'requests.list',
        {
          filter,
          limit: PAGE_ROWS,
          searchId: id,
          budgetMs: PAGE_BUDGET_MS,
          ...(pageParam.cursor === null ? {} : { cursor: pageParam.cursor }),
        },
        signal,
      );
      return { ...answer, place: pageParam };
    },
    initialPageParam: START,
    getNextPageParam: (page: Page, _pages, place: PagePlace): PagePlace | undefined =>
      page.nextCursor === null
        ? undefined
        : { cursor: page.nextCursor, offset: place.offset + page.items.length, previous: place },
    getPreviousPageParam: (_page, _pages, place: PagePlace) => place.previous ?? undefined,
    maxPages: PAGES_MAX,
    placeholderData: keepPreviousData,
    // A search that took long is not done again by the clock.
    refetchInterval: ({ state }) => {
      const pages = state.data?.pages ?? [];
      const isSlow = pages.some((page) => page.searchedTo !== null);
      return isSlow || pages.length > PAGES_POLLED_MAX ? false : everyMs;
    },
  });
  return {
    query,
    pages: query.data?.pages ?? [],
    /** Rows before the first one that is loaded. */
    rowsBefore: query.data?.pages[0]?.place.offset ?? 0,
    /** Ends the search that runs; its answer is what it has found. */
    stopSearch: () => void client.call('requests.stopSearch', { searchId: searchId.current }),
  };
}
