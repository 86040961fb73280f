import { z } from 'zod';
import type { ProcedureName } from '#contract/contract.ts';
import { idempotencyKey } from '#contract/ids.ts';
import type { FieldProblem } from '#contract/errors.ts';
import type { Procedure } from '#contract/procedure.ts';
import { fieldProblems } from './field-problems.ts';

/** An input that fits its procedure, or every field that does not. */
export type ReadCall =
  | { readonly ok: true; readonly input: unknown; readonly idempotencyKey: string | null }
  | { readonly ok: false; readonly fields: readonly FieldProblem[] };

/** Parses what a caller sent: the input of the procedure and, of a command, the idempotencyKey beside it (null or left
 *  out: none). The subject's own id may be called `id`, as in its replies: `id` of partners.get is its partnerId. */
export function readCall(name: ProcedureName, procedure: Procedure, sent: unknown): ReadCall {
  const { rest, key } = procedure.kind === 'command' ? takeKey(sent) : { rest: sent, key: undefined };
  const parsedKey = idempotencyKey.nullish().safeParse(key);
  const parsed = procedure.input.safeParse(withOwnId(name, procedure, rest ?? {}));
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

function withOwnId(name: ProcedureName, { input }: Procedure, sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null || !Object.hasOwn(sent, 'id')) return sent;
  const ownId = `${name.slice(0, name.indexOf('.') - 1)}Id`;
  const fields = input instanceof z.ZodObject ? Object.keys(input.shape) : [];
  if (!fields.includes(ownId) || fields.includes('id') || Object.hasOwn(sent, ownId)) return sent;
  return Object.fromEntries(
    Object.entries(sent).map(([field, value]) => [field === 'id' ? ownId : field, value]),
  );
}
