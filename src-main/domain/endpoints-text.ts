import type { WantedEndpoint } from '#contract/access-requests.ts';

/** Wanted endpoints as one text, the same for the same endpoints in whatever order they were named. */
export function endpointsText(endpoints: readonly WantedEndpoint[]): string {
  const named = endpoints.map(({ serviceId, method, path }) => `${serviceId ?? ''} ${method} ${path}`);
  return named.toSorted().join('\n');
}
