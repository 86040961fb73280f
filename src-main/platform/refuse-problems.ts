import type { FieldProblem } from '#contract/errors.ts';
import { AppError } from './app-error.ts';

/** Throws INVALID_INPUT with what is wrong, the first in words; does nothing when all is well. */
export function refuseProblems(problems: readonly FieldProblem[]): void {
  const first = problems[0];
  if (first !== undefined) throw new AppError('INVALID_INPUT', `${first.path}: ${first.message}`, problems);
}
