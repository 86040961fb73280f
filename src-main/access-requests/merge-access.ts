import type { AccessRequest } from '#contract/access-requests.ts';
import type { HandlerInput } from '#contract/contract.ts';
import type { UseCaseContext } from '#main/context.ts';
import { AppError } from '#main/platform/app-error.ts';
import { createAccessThreadQueries } from '#main/sqlite/access-thread-queries.ts';
import { loadAccessRequest, loadUndecided, viewAccessRequest } from './access-request-view.ts';
import { inputProblem } from './refuse-key-text.ts';

/** Closes a request that says the same as another one. Its code is worth nothing then: a merged request confirms nobody and is granted
 *  nothing of its own. Throws ACCESS_REQUEST_NOT_FOUND, WRONG_STATUS when it is decided or the other one is merged itself, and
 *  INVALID_INPUT for a request and itself. */
export function mergeAccess(
  context: UseCaseContext,
  { accessRequestId, intoId }: HandlerInput<'accessRequests.merge'>,
): AccessRequest {
  if (accessRequestId === intoId) throw inputProblem('intoId', 'A request cannot be merged into itself.');
  return context.command(() => {
    const request = loadUndecided(context, accessRequestId);
    const into = loadAccessRequest(context, intoId);
    if (into.state === 'merged') {
      throw new AppError(
        'WRONG_STATUS',
        `${into.reference} is merged into another request itself. Choose that.`,
      );
    }
    const merged = {
      ...request,
      state: 'merged' as const,
      mergedInto: intoId,
      decidedAtMs: context.nowMs,
      decidedBy: context.actor.name,
      contactCodeHash: null,
    };
    context.db.accessRequests.update(merged);
    const followed = createAccessThreadQueries(context.db.handle).moveMerged(request.id, intoId);
    return {
      value: viewAccessRequest(context, merged),
      audit: {
        action: 'accessRequests.merge',
        subject: { kind: 'access_request', id: request.id, name: request.application },
        before: { state: request.state },
        after: { state: 'merged', into: into.reference, ...(followed > 0 && { followed }) },
      },
      changed: ['accessRequests'],
    };
  });
}

/** Opens a merged request again. Throws ACCESS_REQUEST_NOT_FOUND, and WRONG_STATUS for one that is not merged. */
export function unmergeAccess(
  context: UseCaseContext,
  { accessRequestId }: HandlerInput<'accessRequests.unmerge'>,
): AccessRequest {
  return context.command(() => {
    const request = loadAccessRequest(context, accessRequestId);
    if (request.state !== 'merged') throw new AppError('WRONG_STATUS', 'This request is not merged.');
    const opened = {
      ...request,
      state: 'open' as const,
      mergedInto: null,
      decidedAtMs: null,
      decidedBy: null,
    };
    context.db.accessRequests.update(opened);
    return {
      value: viewAccessRequest(context, opened),
      audit: {
        action: 'accessRequests.unmerge',
        subject: { kind: 'access_request', id: request.id, name: request.application },
        before: { state: 'merged' },
        after: { state: 'open' },
      },
      changed: ['accessRequests'],
    };
  });
}
