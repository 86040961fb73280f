import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import type { ErrorCode, FieldProblem, ReplyError } from '#contract/errors.ts';
import type { Transport } from './transport.ts';

/** A refused call: `message` is for a person, `code` for the program. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly requestId: string;
  readonly fields: readonly FieldProblem[];

  constructor(error: ReplyError) {
    super(error.message);
    this.name = 'ApiError';
    this.code = error.code;
    this.requestId = error.requestId;
    this.fields = error.fields ?? [];
  }

  /** What is wrong with the field at `path` (dots and indexes), if anything. */
  field(path: string): string | undefined {
    return this.fields.find((problem) => problem.path === path)?.message;
  }
}

/** Typed calls of the contract's procedures. */
export interface ApiClient {
  /** The procedure's output. Throws ApiError when it is refused, and what `signal` aborts with. */
  call<Name extends ProcedureName>(
    name: Name,
    input: CallInput<Name>,
    signal?: AbortSignal,
  ): Promise<Output<Name>>;
}

/** Puts types on a transport. Replies are not parsed again: the server's own schema made them. */
export function createClient(transport: Transport): ApiClient {
  return {
    async call<Name extends ProcedureName>(name: Name, input: CallInput<Name>, signal?: AbortSignal) {
      const reply = await transport.call(name, input, signal);
      if (!reply.ok) throw new ApiError(reply.error);
      return reply.data as Output<Name>;
    },
  };
}
