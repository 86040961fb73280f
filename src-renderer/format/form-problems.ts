import type { z } from 'zod';
import { count } from './numbers.ts';

type Issue = z.core.$ZodIssue;

/** A field that does not fit: its path with dots and indexes (`rateLimits.0.name`), and what to do about it. */
export interface FieldIssue {
  readonly path: string;
  readonly message: string;
}

/** What a schema of the contract says against a form, in words for a person; empty when it fits. */
export function formProblems(error: z.ZodError | undefined): readonly FieldIssue[] {
  return (error?.issues ?? []).flatMap((issue) => problems(issue, []));
}

function problems(issue: Issue, before: readonly PropertyKey[]): readonly FieldIssue[] {
  const path = [...before, ...issue.path];
  if (issue.code === 'invalid_union') {
    // Fields that may be left out are a union with null: what was typed is meant for the other branch.
    const meant = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
    if (meant.length > 0) return meant.flatMap((inner) => problems(inner, path));
  }
  return [{ path: path.map(String).join('.'), message: messageOf(issue) }];
}

function depth(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

/** The contract's own sentences pass as they are; what the library says of numbers is put for people. */
function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'Enter a whole number.' : 'Fill this in.';
    case 'too_big':
      return isOfNumber(issue.origin) ? `At most ${count(Number(issue.maximum))}.` : issue.message;
    case 'too_small':
      return isOfNumber(issue.origin) ? `At least ${count(Number(issue.minimum))}.` : issue.message;
    default:
      return issue.message;
  }
}

function isOfNumber(origin: string): boolean {
  return origin === 'number' || origin === 'int';
}
