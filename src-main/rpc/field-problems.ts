import type { z } from 'zod';
import type { FieldProblem } from '#contract/errors.ts';
import { redactKeys } from '#main/domain/redact-keys.ts';

const PROBLEMS_MAX = 20;
const PATH_CHARACTERS_MAX = 200;

type Issue = z.core.$ZodIssue;

/** Problems of a parsed input, by field, at most 20. Paths use dots and indexes. Values are never repeated. */
export function fieldProblems(issues: readonly Issue[]): readonly FieldProblem[] {
  return issues.flatMap((issue) => problems(issue, [])).slice(0, PROBLEMS_MAX);
}

/** One sentence that names the first problem and how many more there are. */
export function problemSentence(fields: readonly FieldProblem[]): string {
  const first = fields[0];
  if (first === undefined) return 'The input does not fit. Check it against the documentation.';
  const sentence = first.path === '' ? first.message : `${first.path}: ${first.message}`;
  return fields.length === 1 ? sentence : `${sentence} (and ${String(fields.length - 1)} more)`;
}

function problems(issue: Issue, before: readonly PropertyKey[]): readonly FieldProblem[] {
  const path = [...before, ...issue.path];
  if (issue.code === 'invalid_union') {
    const nearest = nearestBranch(issue.errors);
    if (nearest !== null) return nearest.flatMap((inner) => problems(inner, path));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathText([...path, key]),
      message: 'There is no such field. Leave it out or check its spelling.',
    }));
  }
  return [{ path: pathText(path), message: sentenceOf(issue) }];
}

/** Of a union, the alternative that came furthest: the one whose first complaint lies deepest. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  let nearest: readonly Issue[] | null = null;
  for (const branch of branches) {
    if (branch.length === 0) continue;
    if (nearest === null || depth(branch) > depth(nearest)) nearest = branch;
  }
  return nearest;
}

function depth(issues: readonly Issue[]): number {
  return Math.min(...issues.map((issue) => issue.path.length));
}

function sentenceOf(issue: Issue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  if (issue.message.endsWith('received undefined')) return 'This is required.';
  return `${issue.message}.`;
}

/** Names of fields are a caller's text too: a key that came as one is not answered. */
function pathText(path: readonly PropertyKey[]): string {
  return redactKeys(path.map(String).join('.')).slice(0, PATH_CHARACTERS_MAX);
}
