import { z } from 'zod';
import type { CallInput, ProcedureName } from '#contract/contract.ts';
import { replyError } from '#contract/errors.ts';

/** Where the admin listener is and who calls it. */
export interface AdminAddress {
  /** `http://127.0.0.1:7421` */
  readonly url: string;
  readonly token: string;
}

/** A call that brought nothing. `message` is for the terminal. */
export class CallError extends Error {
  override readonly name = 'CallError';
}

const envelope = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), data: z.unknown() }),
  z.object({ ok: z.literal(false), error: replyError }),
]);

const ANSWER_MS_MAX = 10_000;

/** Calls one admin procedure over HTTP; `output` is its schema in the contract. Throws CallError when nobody answers, the answer is a refusal, or it is not ours. */
export async function callAdmin<Name extends ProcedureName, Data>(
  address: AdminAddress,
  name: Name,
  input: CallInput<Name>,
  output: z.ZodType<Data>,
): Promise<Data> {
  const reply = envelope.safeParse(await post(address, name, input));
  if (!reply.success) throw new CallError(`${address.url} answers, but it is not Latchkey's admin listener.`);
  if (!reply.data.ok) throw new CallError(reply.data.error.message);
  const data = output.safeParse(reply.data.data);
  if (!data.success)
    throw new CallError(`${address.url} runs another version of Latchkey. Use its own command.`);
  return data.data;
}

async function post(address: AdminAddress, name: string, input: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(new URL(`/api/${name}`, address.url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${address.token}` },
      body: JSON.stringify(input),
      // A token must not follow a redirect to somebody else.
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
  } catch {
    throw new CallError(
      `Nothing answers at ${address.url}. Is Latchkey running, and is this its admin address?`,
    );
  }
  try {
    return await response.json();
  } catch {
    return null;
  }
}
