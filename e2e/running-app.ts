import type { CallInput, Output, ProcedureName } from '#contract/contract.ts';
import type { Reply } from '#contract/errors.ts';

/** Calls one admin procedure; throws with the refusal's words when it is refused. */
export type Call = <Name extends ProcedureName>(name: Name, input: CallInput<Name>) => Promise<Output<Name>>;

/** Latchkey, running for a test. */
export interface RunningApp {
  /** Where services verify. */
  readonly serviceUrl: string;
  readonly dataDirectory: string;
  readonly call: Call;
  /** Everything the process has printed so far, both streams. */
  readonly output: () => string;
  /** Ends it as a person would; answers the exit code. */
  readonly stop: () => Promise<number | null>;
}

/** The data of a Reply. Throws when it is a refusal. */
export function dataOf<T>(name: string, reply: Reply<T>): T {
  if (reply.ok) return reply.data;
  throw new Error(`${name} was refused: ${reply.error.code} ${reply.error.message}`);
}
