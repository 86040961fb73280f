import type { Rule } from '#contract/scopes.ts';
import { ruleProblems } from '#main/domain/rule-problems.ts';
import { AppError } from '#main/platform/app-error.ts';

/** Throws INVALID_INPUT naming every rule whose path is no pattern. */
export function checkScopeRules(rules: readonly Rule[]): void {
  const problems = ruleProblems(rules);
  const first = problems[0];
  if (first !== undefined) throw new AppError('INVALID_INPUT', `${first.path}: ${first.message}`, problems);
}
