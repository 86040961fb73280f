import type { FieldProblem } from '#contract/errors.ts';
import type { NamedRateLimit } from '#contract/plans.ts';
import type { Rule } from '#contract/scopes.ts';
import { parsePattern } from './path-rules.ts';

/** What is wrong with the paths of rules, each under `rules.<index>.path`; empty when all is well. */
export function ruleProblems(rules: readonly Rule[]): readonly FieldProblem[] {
  return rules.flatMap((rule, index) => {
    const parsed = parsePattern(rule.path);
    return parsed.ok ? [] : [{ path: `rules.${String(index)}.path`, message: parsed.message }];
  });
}

/** What is wrong with the endpoints of rate limits, each under `rateLimits.<index>.only.path`. */
export function limitProblems(limits: readonly NamedRateLimit[]): readonly FieldProblem[] {
  return limits.flatMap(({ only }, index) => {
    const parsed = only === undefined ? null : parsePattern(only.path);
    if (parsed === null || parsed.ok) return [];
    return [{ path: `rateLimits.${String(index)}.only.path`, message: parsed.message }];
  });
}
