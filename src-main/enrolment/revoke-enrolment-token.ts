import type { HandlerInput, Output } from '#contract/contract.ts';
import type { AuditDraft, UseCaseContext } from '#main/context.ts';
import type { KeyId } from '#contract/ids.ts';
import { revokeKey } from '#main/keys/revoke-key.ts';
import { AppError } from '#main/platform/app-error.ts';
import { viewToken } from './enrolment-view.ts';

/** Ends an enrolment token for good; with `revokesChildren` also the children that it brought and that still live, in the same
 *  transaction, each with an audit event of its own. Throws TOKEN_NOT_FOUND, WRONG_STATUS when it is revoked already and has no
 *  children to revoke. */
export function revokeEnrolmentToken(
  context: UseCaseContext,
  { enrolmentTokenId, revokesChildren }: HandlerInput<'enrolment.revokeToken'>,
): Output<'enrolment.revokeToken'> {
  return context.command(() => {
    const token = context.db.enrolment.get(enrolmentTokenId);
    if (token === null) {
      throw new AppError('TOKEN_NOT_FOUND', 'There is no such enrolment token. Load the list again.');
    }
    const doomed = revokesChildren ? context.db.enrolment.liveChildren(token, context.nowMs) : [];
    if (token.revokedAtMs !== null && doomed.length === 0) {
      throw new AppError('WRONG_STATUS', 'This enrolment token is revoked already.');
    }
    const revokedAtMs = token.revokedAtMs ?? context.nowMs;
    context.db.enrolment.revoke(token.id, revokedAtMs);
    const furtherAudits = doomed.map((keyId) => revokedChild(context, keyId, token.name));
    return {
      value: {
        enrolmentToken: viewToken(context, { ...token, revokedAtMs }),
        revokedChildren: doomed.length,
      },
      audit: {
        action: 'enrolment.revokeToken',
        subject: { kind: 'enrolment', id: token.id, name: token.name },
        before: { revokedAt: token.revokedAtMs },
        after: { revokedAt: revokedAtMs, revokedChildren: doomed.length },
      },
      furtherAudits,
      changed: ['enrolment', 'keys', 'applications', 'partners', 'scopes', 'plans'],
    };
  });
}

/** The command for one key, inside this transaction. */
function revokedChild(context: UseCaseContext, keyId: KeyId, tokenName: string): AuditDraft {
  const audits: AuditDraft[] = [];
  const inner: UseCaseContext = {
    ...context,
    command: (work) => {
      const outcome = work();
      audits.push(outcome.audit);
      return outcome.value;
    },
  };
  const note = `With the enrolment token ${tokenName}`;
  revokeKey(inner, { keyId, reason: 'policy', note, message: null });
  const [audit] = audits;
  if (audit === undefined) throw new Error('Broken invariant: a command leaves an audit event.');
  return audit;
}
