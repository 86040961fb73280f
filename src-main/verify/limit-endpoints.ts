import type { NamedRateLimit } from '#contract/plans.ts';
import type { Demand } from '#main/domain/scope-check.ts';
import { normalisePath } from '#main/domain/normalise-path.ts';
import { compileRules, decideRules } from '#main/domain/path-rules.ts';
import type { RuleSet } from '#main/domain/path-rules.ts';

/** A rate limit with its endpoints made ready to compare; none = it holds for every request. */
export interface HeldLimit extends NamedRateLimit {
  readonly endpoints?: RuleSet;
}

/** Makes a limit ready. A pattern that cannot be read matches nothing; none such is stored. */
export function heldLimit(limit: NamedRateLimit): HeldLimit {
  if (limit.only === undefined) return limit;
  return {
    ...limit,
    endpoints: compileRules([{ ...limit.only, effect: 'allow', source: limit.name }]),
  };
}

/** Those that hold for a request, in their order. One that names no endpoint meets only those that hold for every request. */
export function limitsFor(
  limits: readonly HeldLimit[],
  { method, path }: Pick<Demand, 'method' | 'path'>,
): readonly HeldLimit[] {
  if (limits.every(({ endpoints }) => endpoints === undefined)) return limits;
  const normalised = path === null ? null : normalisePath(path);
  const isMet = (endpoints: RuleSet): boolean =>
    method !== null && normalised?.ok === true && decideRules(endpoints, method, normalised).allowed;
  return limits.filter(({ endpoints }) => endpoints === undefined || isMet(endpoints));
}
