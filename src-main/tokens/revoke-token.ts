import type { HandlerInput, Output } from '#contract/contract.ts';
import type { TimestampMs } from '#contract/ids.ts';
import type { AdminToken } from '#contract/tokens.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';

/** Ends an admin token for good. Where tokens are the only way in (headless), the last owner token that still works stays.
 *  Throws TOKEN_NOT_FOUND, WRONG_STATUS when it is revoked already, LAST_OWNER_TOKEN. */
export function revokeToken(
  context: UseCaseContext,
  input: HandlerInput<'tokens.revoke'>,
  host: 'desktop' | 'headless',
): Output<'tokens.revoke'> {
  return context.command(() => {
    const token = context.db.adminTokens.get(input.tokenId);
    if (token === null) {
      throw new AppError(
        'TOKEN_NOT_FOUND',
        'There is no such token. It may belong to another store: load the list again.',
      );
    }
    if (token.revokedAt !== null) throw new AppError('WRONG_STATUS', 'This token is revoked already.');
    if (host === 'headless' && isLastOwner(token, context.db.adminTokens.list(), context.nowMs)) {
      throw new AppError(
        'LAST_OWNER_TOKEN',
        'This is the last owner token: without it nobody could administer this server. Create another owner token first.',
      );
    }
    context.db.adminTokens.revoke(token.id, context.nowMs);
    return {
      value: { ...token, revokedAt: context.nowMs },
      audit: {
        action: 'tokens.revoke',
        subject: { kind: 'token', id: token.id, name: token.name },
        before: { revokedAt: null },
        after: { revokedAt: context.nowMs },
      },
      changed: ['tokens', 'sessions'],
    };
  });
}

/** Would no live owner token be left? Revoking one that is expired takes nothing away. */
function isLastOwner(token: AdminToken, all: readonly AdminToken[], nowMs: TimestampMs): boolean {
  const isLiveOwner = (one: AdminToken): boolean =>
    one.role === 'owner' && one.revokedAt === null && (one.expiresAt === null || one.expiresAt > nowMs);
  return isLiveOwner(token) && !all.some((one) => one.id !== token.id && isLiveOwner(one));
}
