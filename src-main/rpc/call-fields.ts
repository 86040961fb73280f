import { idempotencyKey } from '#contract/ids.ts';
import type { FieldProblem } from '#contract/errors.ts';
import type { Procedure } from '#contract/procedure.ts';
import { fieldProblems } from './field-problems.ts';

/** An input that fits its procedure, or every field that does not. */
export type ReadCall =
  | { readonly ok: true; readonly input: unknown; readonly idempotencyKey: string | null }
  | { readonly ok: false; readonly fields: readonly FieldProblem[] };

/** Parses what a caller sent: the input of the procedure and, of a command, the idempotencyKey beside it (null or left
 *  out: none). */
export function readCall(procedure: Procedure, sent: unknown): ReadCall {
  const { rest, key } = procedure.kind === 'command' ? takeKey(sent) : { rest: sent, key: undefined };
  const parsedKey = idempotencyKey.nullish().safeParse(key);
  const parsed = procedure.input.safeParse(rest ?? {});
  if (parsed.success && parsedKey.success) {
    return { ok: true, input: parsed.data, idempotencyKey: parsedKey.data ?? null };
  }
  const ofKey = (parsedKey.error?.issues ?? []).map((issue) => ({ ...issue, path: ['idempotencyKey'] }));
  return { ok: false, fields: fieldProblems([...ofKey, ...(parsed.error?.issues ?? [])]) };
}

function takeKey(sent: unknown): { readonly rest: unknown; readonly key: unknown } {
  if (typeof sent !== 'object' || sent === null || !Object.hasOwn(sent, 'idempotencyKey')) {
    return { rest: sent, key: undefined };
  }
  const key: unknown = Reflect.get(sent, 'idempotencyKey');
  const others = Object.entries(sent).filter(([name]) => name !== 'idempotencyKey');
  return { rest: Object.fromEntries(others), key };
}
