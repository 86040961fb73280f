import type { AuditEvent } from '#contract/audit.ts';
import { revokeReason } from '#contract/keys.ts';
import { REVOKE_REASON_WORDS } from '#renderer/keys/key-words.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  'partners.create': 'Created partner',
  'partners.update': 'Changed partner',
  'partners.delete': 'Deleted partner',
  'partners.import': 'Imported',
  'applications.create': 'Created application',
  'applications.update': 'Changed application',
  'applications.delete': 'Deleted application',
  'applications.transfer': 'Gave to another partner application',
  'applications.split': 'Split off application',
  'services.create': 'Created service',
  'services.update': 'Changed service',
  'services.rotateToken': 'Rotated the token of service',
  'endpoints.import': 'Imported endpoints of service',
  'endpoints.add': 'Added endpoint',
  'endpoints.addObserved': 'Added observed endpoints of service',
  'endpoints.delete': 'Deleted endpoint',
  'scopes.create': 'Created scope',
  'scopes.update': 'Changed scope',
  'scopes.delete': 'Deleted scope',
  'plans.create': 'Created plan',
  'plans.update': 'Changed plan',
  'templates.create': 'Created template',
  'templates.update': 'Changed template',
  'templates.delete': 'Deleted template',
  'templates.apply': 'Applied template',
  'templates.applyToMany': 'Began to apply to its keys template',
  'templates.undoApply': 'Began to take back from its keys template',
  'keys.create': 'Created key',
  'keys.createFromTemplate': 'Created from a template key',
  'keys.import': 'Imported keys of',
  'keys.transfer': 'Gave to another application key',
  'keys.bulk': 'Changed together',
  'keys.update': 'Changed key',
  'keys.rotate': 'Rotated key',
  'keys.endOverlap': 'Ended the old secret of key',
  'keys.extendOverlap': 'Extended the overlap of key',
  'keys.updateOverlap': 'Changed how the overlap ends of key',
  'keys.undoRotation': 'Undid the rotation of key',
  'keys.suspend': 'Suspended key',
  'keys.resume': 'Resumed key',
  'keys.revoke': 'Revoked key',
  'keys.restore': 'Restored key',
  'keys.enroll': 'Enrolled child key',
  'enrolment.createToken': 'Created enrolment token',
  'enrolment.revokeToken': 'Revoked enrolment token',
  'enrolment.removeEnded': 'Removed',
  'leaks.record': 'Found leaked key',
  'leaks.notify': 'Told the owner of leaked key',
  'leaks.replace': 'Made another key for leaked key',
  'leaks.close': 'Closed the leak of key',
  'handoffs.create': 'Prepared a handoff to',
  'handoffs.blindIssue': 'Issued unseen to',
  'handoffs.createSealed': 'Sealed a file for',
  'handoffs.issueSealed': 'Issued in a sealed file to',
  'handoffs.open': 'Opened the handoff to',
  'handoffs.preview': 'Looked ahead at the handoff to',
  'handoffs.wrongCode': 'Entered a wrong code for the handoff to',
  'handoffs.lockOut': 'Destroyed by wrong codes the handoff to',
  'handoffs.reveal': 'Revealed the handoff to',
  'handoffs.confirm': 'Confirmed by its first use the handoff to',
  'handoffs.expire': 'Let expire the handoff to',
  'handoffs.remind': 'Asked about the unused handoff to',
  'handoffs.withdraw': 'Withdrew the handoff to',
  'handoffs.withdrawAndRotate': 'Withdrew with its secret the handoff to',
  'handoffs.resend': 'Replaced the handoff to',
  'handoffs.settle': 'Settled the handoff to',
  'accessRequests.submit': 'Asked for a key for',
  'accessRequests.approve': 'Approved the key request of',
  'accessRequests.approveAutomatically': 'Approved by rule the key request of',
  'accessRequests.raise': 'Raised the limits asked for by',
  'accessRequests.reject': 'Rejected the key request of',
  'accessRequests.makeCode': 'Made a code for the contact of',
  'accessRequests.enterCode': 'Confirmed by code the contact of',
  'accessRequests.wrongCode': 'Entered a wrong code for the contact of',
  'accessRequests.confirmContact': 'Confirmed the contact of',
  'accessRequests.updateSettings': 'Changed setting',
  'gateways.test': 'Tested the gateway of',
  'requests.startExport': 'Started',
  'settings.update': 'Changed setting',
  'ports.change': 'Moved',
  'ports.keep': 'Kept',
  'ports.goBack': 'Took back',
  'notices.createWebhook': 'Created webhook',
  'notices.updateWebhook': 'Changed webhook',
  'notices.rotateWebhookSecret': 'Rotated the secret of webhook',
  'notices.deleteWebhook': 'Deleted webhook',
  'notices.updateMail': 'Changed',
  'notices.updateDesktop': 'Changed',
  'notices.test': 'Tested',
  'notices.replay': 'Sent again',
  'notices.mailContact': 'Wrote by mail to the contact of',
  'views.save': 'Saved view',
  'views.delete': 'Deleted view',
  'tokens.create': 'Created admin token',
  'tokens.revoke': 'Revoked admin token',
  'sessions.createPairingLink': 'Created',
  'sessions.end': 'Ended session',
  'samples.create': 'Added',
  'samples.delete': 'Removed',
  'jobs.cancel': 'Cancelled',
  'backups.create': 'Created backup',
  'backups.restore': 'Restored backup',
};

/** What happened, in words and without the object's name: `Rotated key`; the procedure's name where no words exist. */
export function actionWords(action: string): string {
  return ACTIONS[action] ?? action;
}

/** Procedures that leave an audit event, for the filter; in the order of the table above. */
export const AUDITED_ACTIONS: readonly string[] = Object.keys(ACTIONS);

/** One sentence: `Rotated key Data feed`. */
export function eventSentence(event: Pick<AuditEvent, 'action' | 'subject'>): string {
  return `${actionWords(event.action)} ${event.subject.name}`.trim();
}

/** Why it was done: what somebody wrote, or the words of a reason that was chosen. */
export function reasonWords({ action, reason }: Pick<AuditEvent, 'action' | 'reason'>): string {
  const chosen = action === 'keys.revoke' ? revokeReason.safeParse(reason).data : undefined;
  return chosen === undefined ? (reason ?? '') : REVOKE_REASON_WORDS[chosen];
}
