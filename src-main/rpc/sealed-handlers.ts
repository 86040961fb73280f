import { createApproveAccess } from '#main/access-requests/approve-access.ts';
import { applicationPapers } from '#main/passport/application-papers.ts';
import { digestSchedule, setDigest } from '#main/passport/digest-schedule.ts';
import { getPassport } from '#main/passport/get-passport.ts';
import { partnerDigest } from '#main/passport/partner-digest.ts';
import { createSealed, issueSealed, type SealedParts } from '#main/sealed/create-sealed.ts';
import { createIssueLine, previewList } from '#main/sealed/issue-list.ts';
import { createLock } from '#main/sealed/lock.ts';
import type { Handlers } from './dispatch.ts';
import type { HandlerServices } from './handler-services.ts';

type SealedProcedure =
  | 'handoffs.createSealed'
  | 'handoffs.issueSealed'
  | 'handoffs.previewList'
  | 'handoffs.issueLine'
  | 'accessRequests.approve'
  | 'passport.get'
  | 'applications.papers'
  | 'partners.digest'
  | 'partners.digestSchedule'
  | 'partners.setDigest';

/** Handoffs in a file, the page that goes with them, and what partners are told of their keys. */
export function createSealedHandlers({
  limitsLeft,
  requests,
}: HandlerServices): Pick<Handlers, SealedProcedure> {
  const parts: SealedParts = {
    lock: createLock(),
    passportOf: (context, keyId) => getPassport(context, { keyId }, limitsLeft.ofKey),
  };
  return {
    'passport.get': (context, input) => getPassport(context, input, limitsLeft.ofKey),
    'applications.papers': (context, input) =>
      applicationPapers(context, input, (question) => requests.query('requests.list', question)),
    'partners.digest': (context, input) =>
      partnerDigest(context, input, (question) => requests.query('usage.summary', question)),
    'partners.digestSchedule': digestSchedule,
    'partners.setDigest': setDigest,
    'accessRequests.approve': createApproveAccess(parts),
    'handoffs.createSealed': (context, input) => createSealed(parts, context, input),
    'handoffs.previewList': previewList,
    'handoffs.issueLine': createIssueLine(parts),
    'handoffs.issueSealed': (context, input) => issueSealed(parts, context, input),
  };
}
