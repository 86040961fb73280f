import type { HandlerInput, Output } from '#contract/contract.ts';
import type { AuditDraft, CommandOutcome, UseCaseContext } from '#main/context.ts';
import { joinOutcomes } from '#main/handoffs/handoff-step.ts';
import { updatedKey } from '#main/keys/update-key.ts';
import type { MailedLetter } from '#main/letters/mail-contact.ts';
import { AppError } from '#main/platform/app-error.ts';
import { must } from '#main/platform/must.ts';
import { loadUndecided, viewAccessRequest } from './access-request-view.ts';
import { refuseKeyText } from './refuse-key-text.ts';
import { tellRejected } from './tell-contact.ts';

/** Says no to one or many with one reason, which the applicants read, by mail where that is set up: all or none. Throws ACCESS_REQUEST_NOT_FOUND, WRONG_STATUS. */
export function rejectAccess(
  context: UseCaseContext,
  { accessRequestIds, reason }: HandlerInput<'accessRequests.reject'>,
): Output<'accessRequests.reject'> {
  refuseKeyText('reason', reason);
  return context.command(() => {
    const ids = [...new Set(accessRequestIds)];
    const mailed: CommandOutcome<MailedLetter>[] = [];
    const audits = ids.map((id): AuditDraft => {
      const request = loadUndecided(context, id);
      mailed.push(...tellRejected(context, request, reason));
      context.db.accessRequests.update({
        ...request,
        state: 'rejected',
        decidedAtMs: context.nowMs,
        decidedBy: context.actor.name,
        answer: reason,
        contactCodeHash: null,
      });
      return {
        action: 'accessRequests.reject',
        subject: { kind: 'access_request', id, name: request.application },
        before: { state: request.state },
        after: { state: 'rejected' },
        reason,
      };
    });
    const [audit, ...furtherAudits] = audits;
    return joinOutcomes(mailed, {
      value: { rejected: ids.length },
      audit: must(audit, 'there is at least one request'),
      furtherAudits,
      changed: ['accessRequests'],
    });
  });
}

/** Other limits for the key that wants more, and the request is closed. Throws ACCESS_REQUEST_NOT_FOUND, WRONG_STATUS when it is decided
 *  or about no key that is there, and what keys.update throws. */
export function raiseAccess(
  context: UseCaseContext,
  input: HandlerInput<'accessRequests.raise'>,
): Output<'accessRequests.raise'> {
  const { accessRequestId, rateLimit, quota, answer } = input;
  refuseKeyText('answer', answer);
  return context.command(() => {
    const request = loadUndecided(context, accessRequestId);
    const { keyId } = request;
    if (keyId === null) {
      throw new AppError('WRONG_STATUS', 'This request names no key whose limits could be raised.');
    }
    const updated = updatedKey(context, { keyId, rateLimit, quota });
    const decided = {
      ...request,
      state: 'approved' as const,
      decidedAtMs: context.nowMs,
      decidedBy: context.actor.name,
      answer,
      grantedKeyId: keyId,
    };
    context.db.accessRequests.update(decided);
    return joinOutcomes([updated], {
      value: { accessRequest: viewAccessRequest(context, decided), key: updated.value },
      audit: {
        action: 'accessRequests.raise',
        subject: { kind: 'access_request', id: request.id, name: request.application },
        before: { state: request.state },
        after: { state: 'approved', keyId, rateLimit, quota },
      },
      changed: ['accessRequests'],
    });
  });
}
