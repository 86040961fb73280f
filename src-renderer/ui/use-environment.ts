import { useSearch } from '@tanstack/react-router';
import type { Environment } from '#contract/key-policy.ts';

/** The environment chosen in the top bar, or null when both are shown. It is part of the address. */
export function useEnvironment(): Environment | null {
  const search: unknown = useSearch({ strict: false });
  if (typeof search !== 'object' || search === null || !('env' in search)) return null;
  return search.env === 'live' || search.env === 'test' ? search.env : null;
}
