import type { Actor } from '#contract/audit.ts';
import {
  contract,
  isProcedureName,
  type HandlerInput,
  type Output,
  type ProcedureName,
} from '#contract/contract.ts';
import type { ErrorCode, FieldProblem, Reply } from '#contract/errors.ts';
import { COMMON_ERRORS, type Procedure, type Role, roleAllows } from '#contract/procedure.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { Logger } from '#main/platform/logger.ts';
import { readCall } from './call-fields.ts';
import { createRunOnce } from './command-repeats.ts';
import { problemSentence } from './field-problems.ts';
import { storageFailure } from './storage-failure.ts';

/** Who calls, as the door has established it. */
export interface Caller {
  readonly actor: Actor;
  readonly role: Role;
  /** Made by the door; named in every error reply and in the log. */
  readonly requestId: string;
}

/** One handler for every procedure of the contract. */
export type Handlers = {
  readonly [Name in ProcedureName]: (
    context: UseCaseContext,
    input: HandlerInput<Name>,
  ) => Output<Name> | Promise<Output<Name>>;
};

/** What dispatch is made of. */
export interface DispatchOptions {
  /** Makes the context of one call; the time is taken here, once. */
  readonly context: (caller: Caller) => UseCaseContext;
  readonly handlers: Handlers;
  readonly logger: Logger;
}

/** Answers one call of an admin procedure, whatever door it came through. Never rejects. */
export type Dispatch = (name: string, input: unknown, caller: Caller) => Promise<Reply<unknown>>;

type AnyHandler = (context: UseCaseContext, input: unknown) => unknown;

/** Finds the procedure, checks the role, parses the input, calls the handler (once for an idempotencyKey) and maps
 *  refusals to replies. What is not a refusal is logged whole and answered INTERNAL with the request id only. */
export function createDispatch(options: DispatchOptions): Dispatch {
  const runOnce = createRunOnce();
  return async (name, input, caller) => {
    if (!isProcedureName(name)) {
      return refusal(caller, 'UNKNOWN_PROCEDURE', 'There is no procedure of this name. Check its spelling.');
    }
    const procedure: Procedure = contract[name];
    if (!roleAllows(caller.role, procedure.role)) {
      const message = `This needs the role ${procedure.role} or above; you act as ${caller.role}.`;
      return refusal(caller, 'FORBIDDEN', message);
    }
    const read = readCall(name, procedure, input);
    if (!read.ok) return refusal(caller, 'INVALID_INPUT', problemSentence(read.fields), read.fields);
    try {
      const handler = options.handlers[name] as AnyHandler;
      const run = (context: UseCaseContext): unknown => handler(context, read.input);
      const context = (): UseCaseContext => options.context(caller);
      if (read.idempotencyKey === null) return { ok: true, data: await run(context()) };
      const { input: parsed, idempotencyKey } = read;
      const actorId = caller.actor.id;
      const data = await runOnce({ name, procedure, actorId, idempotencyKey, input: parsed, context, run });
      return { ok: true, data };
    } catch (error) {
      return failure(options.logger, { name, procedure, caller, error });
    }
  };
}

function failure(
  logger: Logger,
  call: { name: ProcedureName; procedure: Procedure; caller: Caller; error: unknown },
): Reply<never> {
  const { name, procedure, caller, error } = call;
  const fields = { requestId: caller.requestId, procedure: name };
  const refused = error instanceof AppError ? error : storageFailure(error, procedure.kind);
  if (refused === null) {
    logger.error('A procedure failed.', { ...fields, error });
    const message = `Something went wrong inside Latchkey. Try again; if it happens again, report the id ${caller.requestId}.`;
    return refusal(caller, 'INTERNAL', message);
  }
  if (refused !== error)
    logger.error('The store refused a procedure.', { ...fields, code: refused.code, error });
  if (!procedure.errors.includes(refused.code) && !COMMON_ERRORS.includes(refused.code)) {
    logger.error('A procedure gave an error that it does not declare.', { ...fields, code: refused.code });
  }
  return refusal(caller, refused.code, refused.message, refused.fields);
}

function refusal(
  caller: Caller,
  code: ErrorCode,
  message: string,
  fields?: readonly FieldProblem[],
): Reply<never> {
  const error = { code, message, requestId: caller.requestId };
  return { ok: false, error: fields === undefined ? error : { ...error, fields } };
}
