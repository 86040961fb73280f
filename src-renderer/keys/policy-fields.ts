import type { z } from 'zod';
import { formProblems } from '#renderer/format/form-problems.ts';

/** One problem of a form: the id of its field, the field's label, what to do. */
export interface FormProblem {
  readonly fieldId: string;
  readonly label: string;
  readonly message: string;
}

/** What forms call the fields that keys and templates share, in their order. */
export const GRANT_LABELS = { scopeIds: 'Scopes', rules: 'Rules' } as const;
export const LIMIT_LABELS = {
  planId: 'Plan',
  rateLimit: 'Rate limit',
  rateLimits: 'Further rate limits',
  quota: 'Quota',
  ipAllow: 'Allowed addresses',
  originAllow: 'Allowed origins',
  userAgentAllow: 'Allowed user agents',
  serviceAllow: 'Services',
  timeAllow: 'Hours',
} as const;

/** Fields that have controls of their own inside: `quota.timeZone`, `rateLimits.0.name`, `timeAllow.1.from`. */
const WITH_PARTS = /^(?:(?:rateLimit|quota)\.\w+|(?:rateLimits|timeAllow)\.\d+\.\w+)/;

/** Id of the control for a field of the contract, in the form that has this prefix: `key-rateLimits-0-name`. */
export function controlId(prefix: string, path: string): string {
  const [part] = WITH_PARTS.exec(path) ?? [];
  const [name = ''] = path.split('.');
  const field = part ?? (name === 'rateLimit' || name === 'quota' ? `${name}.limit` : name);
  return `${prefix}-${field.replaceAll('.', '-')}`;
}

/** Which entry of a list a path means: ` 2` for `rateLimits.1.name`; empty for the others. */
export function entryOf(path: string): string {
  const [, index = ''] = path.split('.');
  return /^\d+$/.test(index) && WITH_PARTS.test(path) ? ` ${Number(index) + 1}` : '';
}

/** What the form itself found and what the contract's schema found, one problem a field, in the order of the labels. */
export function orderedProblems(
  own: readonly FormProblem[],
  error: z.ZodError | undefined,
  form: {
    readonly labels: readonly string[];
    readonly place: (path: string, message: string) => FormProblem;
  },
): readonly FormProblem[] {
  const found = new Map(own.map((problem) => [problem.fieldId, problem]));
  for (const { path, message } of formProblems(error)) {
    const problem = form.place(path, message);
    if (!found.has(problem.fieldId)) found.set(problem.fieldId, problem);
  }
  // Entries of one list stay in their own order.
  const placeOf = ({ label }: FormProblem) => form.labels.indexOf(label.replace(/ \d+$/, ''));
  return [...found.values()].sort((one, other) => placeOf(one) - placeOf(other));
}
