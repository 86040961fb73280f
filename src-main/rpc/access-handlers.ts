import { timestampMs } from '#contract/ids.ts';
import { DAY_MS } from '#contract/usage.ts';
import { loadAccessRequest } from '#main/access-requests/access-request-view.ts';
import { readAccessSettings, updateAccessSettings } from '#main/access-requests/access-settings.ts';
import { askBack } from '#main/access-requests/ask-back.ts';
import { confirmContact, makeContactCode } from '#main/access-requests/confirm-contact.ts';
import { raiseAccess, rejectAccess } from '#main/access-requests/decide-access.ts';
import {
  createListAccessRequests,
  getAccessRequest,
  previewAccess,
} from '#main/access-requests/list-access-requests.ts';
import { mergeAccess, unmergeAccess } from '#main/access-requests/merge-access.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

/** How far back the use of a key is looked at that wants more. */
const EVIDENCE_DAYS = 30;

type AccessProcedure = Exclude<
  Extract<keyof Handlers, `accessRequests.${string}`>,
  // It locks files, too.
  'accessRequests.approve'
>;

/** Requests of strangers for a key. */
export function createAccessHandlers({
  serviceUrl,
  limitsLeft,
  requests,
}: HandlerServices): Pick<Handlers, AccessProcedure> {
  return {
    'accessRequests.list': createListAccessRequests(serviceUrl),
    'accessRequests.get': getAccessRequest,
    'accessRequests.preview': previewAccess,
    'accessRequests.evidence': async (context, { accessRequestId }) => {
      const { keyId } = loadAccessRequest(context, accessRequestId);
      if (keyId === null) throw new AppError('KEY_NOT_FOUND', 'This request names no key.');
      const limits = limitsLeft.ofKey(keyId);
      const { totals, callers } = await requests.query('usage.summary', {
        keyId,
        from: timestampMs.parse(Math.max(0, context.nowMs - EVIDENCE_DAYS * DAY_MS)),
        to: context.nowMs,
      });
      const { RATE_LIMITED = 0, QUOTA_EXCEEDED = 0 } = totals.byCode;
      return {
        keyId,
        limits,
        total: totals.total,
        refusedByLimits: RATE_LIMITED + QUOTA_EXCEEDED,
        addressCount: new Set(callers.map(({ clientIp }) => clientIp)).size,
        agentCount: new Set(callers.map(({ userAgent }) => userAgent)).size,
      };
    },
    'accessRequests.raise': raiseAccess,
    'accessRequests.reject': rejectAccess,
    'accessRequests.ask': askBack,
    'accessRequests.merge': mergeAccess,
    'accessRequests.unmerge': unmergeAccess,
    'accessRequests.makeCode': makeContactCode,
    'accessRequests.confirmContact': confirmContact,
    'accessRequests.settings': (context) => readAccessSettings(context),
    'accessRequests.updateSettings': updateAccessSettings,
  };
}
