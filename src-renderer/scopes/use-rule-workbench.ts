import { useMemo } from 'react';
import type { ServiceId } from '#contract/ids.ts';
import type { Rule } from '#contract/scopes.ts';
import type { Endpoint } from '#contract/services.ts';
import { useEndpoints } from '#renderer/api/queries.ts';
import { flagRules, type RuleFlag } from './rule-flags.ts';
import { catalogueCounts, readyRules, type ReadyRules, type SourcedRule } from './rule-verdict.ts';

/** What the parts of a rule editor share: the catalogue and what the rules mean for it. */
export interface RuleWorkbench {
  /** Endpoints of the service; undefined while they are fetched, empty without a service. */
  readonly catalogue: readonly Endpoint[] | undefined;
  readonly error: unknown;
  readonly retry: () => void;
  /** Own rules first, then those of the chosen scopes. */
  readonly allRules: ReadyRules;
  readonly flags: readonly (RuleFlag | null)[];
  readonly counts: { readonly allowed: number; readonly partly: number; readonly denied: number };
}

const NO_ENDPOINTS: readonly Endpoint[] = [];

/** Fetches the catalogue of a service and works out what own rules and those of scopes mean for it. */
export function useRuleWorkbench(
  serviceId: ServiceId | null,
  ownRules: readonly Rule[],
  scopeRules: readonly SourcedRule[],
): RuleWorkbench {
  const query = useEndpoints(serviceId === null ? {} : { serviceId }, { isEnabled: serviceId !== null });
  const catalogue = serviceId === null ? NO_ENDPOINTS : query.data?.items;
  const known = catalogue ?? NO_ENDPOINTS;
  const allRules = useMemo(
    () => readyRules([...ownRules.map((rule) => ({ rule, scopeName: null })), ...scopeRules]),
    [ownRules, scopeRules],
  );
  const flags = useMemo(() => flagRules(ownRules, scopeRules, known), [ownRules, scopeRules, known]);
  const counts = useMemo(() => catalogueCounts(allRules, known), [allRules, known]);
  return {
    catalogue,
    error: serviceId === null ? null : query.error,
    retry: () => void query.refetch(),
    allRules,
    flags,
    counts,
  };
}
