import type { HandlerInput } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { UseCaseContext } from '#main/context.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';

/** The commands that take access away, as the rest of the product runs them. */
export interface WithdrawCommands {
  readonly revoke: (context: UseCaseContext, input: HandlerInput<'keys.revoke'>) => Key;
  readonly endOverlap: (context: UseCaseContext, input: HandlerInput<'keys.endOverlap'>) => Key;
}

/** Whoever has the text of a secret ends that secret, at once and for good. The current one takes the key with it, as leaked, so
 *  that nobody restores it. The old one of a rotation ends alone: its overlap is over, and the key goes on with the secret that the
 *  caller did not show; otherwise an old key in some log could stop a service that has long been given a new one. Nothing happens
 *  to what has ended already. */
export function selfRevoke(
  context: UseCaseContext,
  { keyId, secretVersion, currentVersion, secretEndsAtMs }: VerifyRow,
  commands: WithdrawCommands,
): void {
  if (secretVersion === currentVersion) {
    commands.revoke(context, { keyId, reason: 'leaked', note: SELF_NOTE, message: null });
  } else if (secretEndsAtMs !== null && secretEndsAtMs > context.nowMs) {
    commands.endOverlap(context, { keyId, reason: SELF_NOTE });
  }
}

const SELF_NOTE = 'leaked/self: its holder reported it and proved to have it';
