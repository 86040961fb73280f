import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type UseInfiniteQueryResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import { useApiClient } from './api-context.tsx';
import { withCancel, type Cancellable } from './with-cancel.ts';
import { CATALOGUE_STALE_MS } from './query-client.ts';
import { queryKey } from './query-keys.ts';

/** How one use of a read differs from the usual. */
export interface ReadOptions {
  /** false: do not ask yet. */
  readonly isEnabled?: boolean;
  readonly staleMs?: number;
  /** Ask again this often while the screen shows it. */
  readonly everyMs?: number;
  /** Keep showing the answer to the former input while the new one is fetched. */
  readonly keepsPrevious?: boolean;
  /** A list as it stood at one moment: announcements do not make it fetch all its pages again, only `everyMs` does. */
  readonly isAsOf?: boolean;
}

type Read<Name extends ProcedureName> = Cancellable<UseQueryResult<Output<Name>>>;

/** Answer to one read, kept in the cache and fetched again when its subject changes. */
export function useRead<Name extends ProcedureName>(
  name: Name,
  input: CallInput<Name>,
  { isEnabled = true, staleMs, everyMs, keepsPrevious = false }: ReadOptions = {},
): Read<Name> {
  const client = useApiClient();
  const cache = useQueryClient();
  const key = queryKey(name, input);
  const result = useQuery({
    queryKey: key,
    queryFn: ({ signal }): Promise<Output<Name>> => client.call(name, input, signal),
    enabled: isEnabled,
    ...(staleMs === undefined ? {} : { staleTime: staleMs }),
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
    ...(keepsPrevious ? { placeholderData: keepPreviousData } : {}),
  });
  return withCancel(result, () => void cache.cancelQueries({ queryKey: key, exact: true }));
}

/** For what changes seldom and is shown on many screens. */
export const CATALOGUE: ReadOptions = { staleMs: CATALOGUE_STALE_MS };

/** Beyond this many loaded pages the list is no longer fetched again by the clock: all its pages would be. */
const PAGES_POLLED_MAX = 5;

type Paged =
  | 'handoffs.list'
  | 'accessRequests.list'
  | 'templates.keys'
  | 'keys.list'
  | 'requests.list'
  | 'audit.list'
  | 'enrolment.children';

/** A list that is fetched page by page, by cursor. */
export function usePages<Name extends Paged>(
  name: Name,
  input: Omit<CallInput<Name>, 'cursor'>,
  options: ReadOptions = {},
): Cancellable<UseInfiniteQueryResult<{ readonly pages: readonly Output<Name>[] }>> {
  const client = useApiClient();
  const cache = useQueryClient();
  const key = [options.isAsOf === true ? `${name} as of` : name, input];
  const result = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ signal, pageParam }): Promise<Output<Name>> =>
      client.call(
        name,
        { ...input, ...(pageParam === '' ? {} : { cursor: pageParam }) } as CallInput<Name>,
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page: Output<Name>) => page.nextCursor ?? undefined,
    enabled: options.isEnabled ?? true,
    ...(options.staleMs === undefined ? {} : { staleTime: options.staleMs }),
    ...(options.everyMs === undefined
      ? {}
      : {
          refetchInterval: ({ state }: { state: { data: { pages: readonly unknown[] } | undefined } }) =>
            (state.data?.pages.length ?? 0) > PAGES_POLLED_MAX ? false : (options.everyMs ?? false),
        }),
    ...(options.keepsPrevious === true ? { placeholderData: keepPreviousData } : {}),
  });
  return withCancel(result, () => void cache.cancelQueries({ queryKey: key, exact: true }));
}
