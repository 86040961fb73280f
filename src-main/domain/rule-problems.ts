import type { FieldProblem } from '#contract/errors.ts';
import type { Rule } from '#contract/scopes.ts';
import { parsePattern } from './path-rules.ts';

/** What is wrong with the paths of rules, each under `rules.<index>.path`; empty when all is well. */
export function ruleProblems(rules: readonly Rule[]): readonly FieldProblem[] {
  return rules.flatMap((rule, index) => {
    const parsed = parsePattern(rule.path);
    return parsed.ok ? [] : [{ path: `rules.${String(index)}.path`, message: parsed.message }];
  });
}
