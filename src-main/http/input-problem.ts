import type { z } from 'zod';
import { fieldProblems } from '#main/rpc/field-problems.ts';
import type { ProblemDraft } from './problem.ts';

/** The part of a problem that says which field was refused and why. */
export type InputProblem = Pick<ProblemDraft, 'code' | 'detail'> & { readonly field?: string };

/** The first thing wrong with a body, in words. Values are never repeated: one of them may be a key. */
export function inputProblem(error: z.ZodError): InputProblem {
  const [first] = fieldProblems(error.issues);
  if (first === undefined) return { code: 'BAD_REQUEST', detail: 'The body is not as documented.' };
  const isUnknown = error.issues[0]?.code === 'unrecognized_keys';
  if (first.path === '') return { code: 'BAD_REQUEST', detail: first.message };
  return {
    code: isUnknown ? 'UNKNOWN_FIELD' : 'BAD_REQUEST',
    detail: `${first.path}: ${first.message}`,
    field: first.path,
  };
}
