import { createContext, use } from 'react';
import type { ApiClient } from './client.ts';
import type { Desktop } from './desktop.ts';

/** What every screen may reach beyond itself. */
export interface Api {
  readonly client: ApiClient;
  readonly desktop: Desktop;
}

export const ApiContext = createContext<Api | null>(null);

function useProvided(): Api {
  const api = use(ApiContext);
  if (api === null) throw new Error('ApiContext is not provided.');
  return api;
}

/** The typed client. Screens use the hooks of queries.ts and commands.ts; direct calls are for secrets and one-off reads. */
export function useApiClient(): ApiClient {
  return useProvided().client;
}

/** Clipboard, files and screen protection: the desktop's or the browser's. */
export function useDesktop(): Desktop {
  return useProvided().desktop;
}
