import type { ProcedureName } from '#contract/contract.ts';
import type { Procedure } from '#contract/procedure.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { canonicalJson } from '#main/domain/audit-chain.ts';
import { AppError } from '#main/platform/app-error.ts';

/** A command that came with an idempotencyKey, parsed. */
export interface RepeatableCall {
  readonly name: ProcedureName;
  readonly procedure: Procedure;
  readonly actorId: string;
  readonly idempotencyKey: string;
  readonly input: unknown;
  /** A context on the store as it is now: a restore puts another one in place while the command runs. */
  readonly context: () => UseCaseContext;
  readonly run: (context: UseCaseContext) => unknown;
}

/** Does a command once for an actor and key: a repeat within 24 h answers the first reply, with what is shown once as
 *  null, and changes nothing. The reply is kept in the command's own transaction; a command that throws keeps nothing.
 *  Of two at the same time one waits for the other. Throws what the command throws, and INVALID_INPUT when the key was
 *  used with another input. */
export type RunOnce = (call: RepeatableCall) => Promise<unknown>;

/** Makes a RunOnce; it knows what is running, so there must be one for all doors. */
export function createRunOnce(): RunOnce {
  const running = new Map<string, Promise<unknown>>();
  return async (call) => {
    const slot = JSON.stringify([call.name, call.actorId, call.idempotencyKey]);
    for (let other = running.get(slot); other !== undefined; other = running.get(slot)) await other;
    const answer = answerOnce(call, call.context());
    const settled = Promise.allSettled([answer]);
    running.set(slot, settled);
    try {
      return await answer;
    } finally {
      running.delete(slot);
    }
  };
}

async function answerOnce(call: RepeatableCall, context: UseCaseContext): Promise<unknown> {
  const { name, actorId, idempotencyKey, procedure } = call;
  const repeat = { procedure: name, actorId, idempotencyKey };
  const inputHash = context.keyring.hash(`command input\n${canonicalJson(call.input)}`);
  const done = context.db.commandRepeats.find(repeat, context.nowMs);
  if (done !== null) {
    if (!inputHash.equals(done.inputHash)) throw otherInput();
    return JSON.parse(done.reply);
  }
  const remember = (reply: unknown): void => {
    const stored = { inputHash, reply: replyText(reply, procedure.shownOnce) };
    call.context().db.commandRepeats.remember(repeat, stored, context.nowMs);
  };
  const remembered: unknown[] = [];
  const command = <T>(work: () => CommandOutcome<T>): T =>
    context.command(() => {
      const outcome = work();
      remember(outcome.value);
      remembered.push(outcome.value);
      return outcome;
    });
  const reply = await call.run({ ...context, command });
  // A restore knows its reply only after its last transaction.
  if (remembered.length > 0 && remembered.at(-1) !== reply) remember(reply);
  return reply;
}

function replyText(reply: unknown, shownOnce: readonly string[]): string {
  const withheld = (name: string, value: unknown): unknown => (shownOnce.includes(name) ? null : value);
  return JSON.stringify(
    typeof reply === 'object' && reply !== null
      ? Object.fromEntries(Object.entries(reply).map(([name, value]) => [name, withheld(name, value)]))
      : reply,
  );
}

function otherInput(): AppError {
  const message = 'This idempotencyKey was used with another input. Use a new one for each command.';
  return new AppError('INVALID_INPUT', `idempotencyKey: ${message}`, [{ path: 'idempotencyKey', message }]);
}
