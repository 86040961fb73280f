import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.ts';

/** Catalogues (partners, services, scopes, plans, settings) change rarely; announcements refresh them anyway. */
export const CATALOGUE_STALE_MS = 60_000;
const LIST_STALE_MS = 5_000;
const RETRIES_MAX = 2;

/** The cache of server data. Nothing of it is kept on disk; works without any network, for the server may be this machine. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: LIST_STALE_MS,
        refetchOnWindowFocus: true,
        retry: (failures, error) =>
          failures < RETRIES_MAX && error instanceof ApiError && error.code === 'UNAVAILABLE',
        retryDelay: 400,
      },
      mutations: { networkMode: 'always', gcTime: 0, retry: false },
    },
  });
}
