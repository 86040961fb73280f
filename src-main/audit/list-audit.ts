import type { HandlerInput, Output } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';

/** One page of the audit trail, newest first. Throws INVALID_INPUT for a cursor that is not ours. */
export function listAudit(context: UseCaseContext, input: HandlerInput<'audit.list'>): Output<'audit.list'> {
  const { audit } = context.db;
  const beforeSeq = input.cursor === undefined ? Number.MAX_SAFE_INTEGER : seqOf(input.cursor);
  // One more than asked tells whether there is a next page.
  const rows = audit.page(input.filter, beforeSeq, input.limit + 1);
  const items = rows.slice(0, input.limit);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > items.length && last !== undefined ? `seq.${String(last.seq)}` : null,
    total: audit.count(input.filter),
  };
}

function seqOf(cursor: string): number {
  const digits = /^seq\.([0-9]{1,15})$/.exec(cursor)?.[1];
  if (digits === undefined) {
    throw new AppError(
      'INVALID_INPUT',
      'This page marker is not valid. Load the list again from its start.',
      [{ path: 'cursor', message: 'Not a cursor of this list.' }],
    );
  }
  return Number(digits);
}
