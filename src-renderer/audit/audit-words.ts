import type { AuditEvent } from '#contract/audit.ts';
import { revokeReason } from '#contract/keys.ts';
import { REVOKE_REASON_WORDS } from '#renderer/keys/key-words.ts';

/** What each action did, as a sentence without its doer: `{}` is the name of the object, and what is in brackets stands only where the
 *  name is told. */
const SENTENCES: Readonly<Record<string, string>> = {
  'partners.create': 'Created partner[ {}]',
  'owners.update': 'Changed the people and networks[ of {}]',
  'storage.compact': 'Began to compact the request log',
  'partners.update': 'Changed partner[ {}]',
  'partners.setDigest': 'Changed the weekly digest[ of partner {}]',
  'partners.sendDigest': 'Mailed the weekly digest[ to partner {}]',
  'partners.skipDigest': 'Skipped the weekly digest[ of partner {}]',
  'partners.delete': 'Deleted partner[ {}]',
  'partners.import': 'Imported partners',
  'applications.create': 'Created application[ {}]',
  'applications.update': 'Changed application[ {}]',
  'applications.delete': 'Deleted application[ {}]',
  'applications.transfer': 'Gave application[ {}] to another partner',
  'applications.split': 'Split off application[ {}]',
  'services.create': 'Created service[ {}]',
  'services.update': 'Changed service[ {}]',
  'services.rotateToken': 'Rotated the service token[ of {}]',
  'tokenExchange.update': 'Changed the short tokens[ of service {}]',
  'tokenExchange.rotateKey': 'Replaced the signing key of short tokens',
  'endpoints.import': 'Imported endpoints[ of service {}]',
  'endpoints.add': 'Added endpoint[ {}]',
  'endpoints.addObserved': 'Added observed endpoints[ of service {}]',
  'endpoints.delete': 'Deleted endpoint[ {}]',
  'scopes.create': 'Created scope[ {}]',
  'scopes.update': 'Changed scope[ {}]',
  'scopes.delete': 'Deleted scope[ {}]',
  'plans.create': 'Created plan[ {}]',
  'plans.update': 'Changed plan[ {}]',
  'templates.create': 'Created template[ {}]',
  'templates.update': 'Changed template[ {}]',
  'templates.delete': 'Deleted template[ {}]',
  'templates.apply': 'Applied template[ {}]',
  'templates.applyToMany': 'Began to apply template[ {}] to its keys',
  'templates.undoApply': 'Began to take template[ {}] back from its keys',
  'products.create': 'Created product[ {}]',
  'products.update': 'Changed product[ {}]',
  'products.publish': 'Published product[ {}]',
  'products.unpublish': 'Took product[ {}] back from its page',
  'products.delete': 'Deleted product[ {}]',
  'keys.create': 'Created key[ {}]',
  'keys.createFromTemplate': 'Created key[ {}] from a template',
  'keys.import': 'Imported keys[ of application {}]',
  'keys.transfer': 'Gave key[ {}] to another application',
  'keys.bulk': 'Changed several keys',
  'keys.update': 'Changed key[ {}]',
  'keys.rotate': 'Rotated key[ {}]',
  'keys.endOverlap': 'Ended the old secret[ of key {}]',
  'keys.extendOverlap': 'Extended the overlap[ of key {}]',
  'keys.updateOverlap': 'Changed how the overlap[ of key {}] ends',
  'keys.undoRotation': 'Undid the rotation[ of key {}]',
  'keys.suspend': 'Suspended key[ {}]',
  'keys.resume': 'Resumed key[ {}]',
  'keys.revoke': 'Revoked key[ {}]',
  'keys.restore': 'Restored key[ {}]',
  'keys.purge': 'Removed key[ {}] for good',
  'keys.enroll': 'Enrolled child key[ {}]',
  'enrolment.createToken': 'Created enrolment token[ {}]',
  'enrolment.revokeToken': 'Revoked enrolment token[ {}]',
  'enrolment.removeEnded': 'Removed ended child keys',
  'hygiene.dismissSharing': 'Declared that one party uses the key[ {}]',
  'hygiene.reviewSharing': 'Took back that one party uses the key[ {}]',
  'keys.split': 'Split key[ {}]',
  'keys.undoSplit': 'Took back the split[ of key {}]',
  'leaks.record': 'Recorded the leak[ of key {}]',
  'leaks.notify': 'Told the owner of the leak[ of key {}]',
  'leaks.replace': 'Replaced leaked key[ {}]',
  'leaks.close': 'Closed the leak[ of key {}]',
  'blockedSources.add': 'Blocked source[ {}]',
  'blockedSources.remove': 'Let source[ {}] in again',
  'handoffs.create': 'Prepared a handoff[ to {}]',
  'handoffs.blindIssue': 'Issued a key unseen[ to {}]',
  'handoffs.createSealed': 'Sealed a file[ for {}]',
  'handoffs.issueSealed': 'Issued a key in a sealed file[ to {}]',
  'handoffs.open': 'Opened the handoff[ to {}]',
  'handoffs.preview': 'Looked ahead at the handoff[ to {}]',
  'handoffs.wrongCode': 'Entered a wrong code for the handoff[ to {}]',
  'handoffs.lockOut': 'Destroyed the handoff[ to {}] after wrong codes',
  'handoffs.reveal': 'Revealed the handoff[ to {}]',
  'handoffs.confirm': 'Confirmed the handoff[ to {}] by the first use',
  'handoffs.expire': 'Let the handoff[ to {}] expire',
  'handoffs.remind': 'Asked about the unused handoff[ to {}]',
  'handoffs.withdraw': 'Withdrew the handoff[ to {}]',
  'handoffs.withdrawAndRotate': 'Withdrew the handoff[ to {}] and its secret',
  'handoffs.resend': 'Replaced the handoff[ to {}]',
  'handoffs.settle': 'Settled the handoff[ to {}]',
  'handoffs.issueLine': 'Issued key[ {}] from a list',
  'handoffs.takeCode': 'Took the code of the handoff[ to {}]',
  'rotations.setHandoff': 'Changed the scheduled rotations[ of {}]',
  'rotations.begin': 'Rotated key[ {}] on schedule',
  'rotations.wait': 'Could not rotate key[ {}] on schedule yet',
  'rotations.remind': 'Reminded the contact[ of key {}]',
  'rotations.again': 'Replaced the link in the rotation[ of key {}]',
  'rotations.reprieve': 'Gave more time to the old secret[ of key {}]',
  'rotations.giveUp': 'Gave up handing over the new secret[ of key {}]',
  'accessRequests.submit': 'Asked for a key[ for {}]',
  'accessRequests.approve': 'Approved the key request[ of {}]',
  'accessRequests.approveAutomatically': 'Approved the key request[ of {}] by rule',
  'accessRequests.raise': 'Raised the limits[ of {}] as asked',
  'accessRequests.reject': 'Rejected the key request[ of {}]',
  'accessRequests.ask': 'Asked back about the key request[ of {}]',
  'accessRequests.answer': 'Answered about the key request[ of {}]',
  'accessRequests.merge': 'Merged the key request[ of {}]',
  'accessRequests.unmerge': 'Opened the merged key request[ of {}] again',
  'accessRequests.makeCode': 'Made a code for the contact[ of {}]',
  'accessRequests.enterCode': 'Confirmed the contact[ of {}] by code',
  'accessRequests.wrongCode': 'Entered a wrong code for the contact[ of {}]',
  'accessRequests.confirmContact': 'Confirmed the contact[ of {}]',
  'accessRequests.updateSettings': 'Changed how people ask for keys',
  'gateways.test': 'Tested the gateway[ of service {}]',
  'selfTest.run': 'Ran the self-test',
  'requests.startExport': 'Started an export[: {}]',
  'settings.update': 'Changed settings',
  'ports.change': 'Moved to other ports',
  'ports.keep': 'Kept the new ports',
  'ports.goBack': 'Went back to the former ports',
  'notices.createWebhook': 'Created webhook[ {}]',
  'notices.updateWebhook': 'Changed webhook[ {}]',
  'notices.rotateWebhookSecret': 'Rotated the secret of webhook[ {}]',
  'notices.deleteWebhook': 'Deleted webhook[ {}]',
  'notices.updateMail': 'Changed notices by e-mail',
  'notices.updateDesktop': 'Changed desktop notices',
  'notices.test': 'Sent a test notice',
  'notices.replay': 'Sent a notice again',
  'notices.mailContact': 'Wrote a mail to the contact[ of {}]',
  'views.save': 'Saved view[ {}]',
  'views.delete': 'Deleted view[ {}]',
  'tokens.create': 'Created admin token[ {}]',
  'tokens.revoke': 'Revoked admin token[ {}]',
  'peppers.rotate': 'Rotated the pepper[: {} from now on]',
  'peppers.drop': 'Dropped a former pepper[: {}]',
  'sessions.createPairingLink': 'Created a pairing link',
  'sessions.end': 'Signed out a browser',
  'samples.create': 'Added sample data',
  'samples.delete': 'Removed sample data',
  'jobs.cancel': 'Cancelled long work[: {}]',
  'backups.create': 'Created backup[ {}]',
  'backups.restore': 'Restored backup[ {}]',
};

/** Procedures that leave an audit event, for the filter; in the order of the table above. */
export const AUDITED_ACTIONS: readonly string[] = Object.keys(SENTENCES);

/** A sentence about an event around the name of its object: `Took product `, `Feed`, ` back from its page`. */
export interface EventWords {
  readonly before: string;
  /** null: the sentence needs no name. */
  readonly name: string | null;
  readonly after: string;
}

/** What happened, and to what; the procedure's name where no words exist. */
export function eventWords({ action, subject }: Pick<AuditEvent, 'action' | 'subject'>): EventWords {
  const { lead, beside, tail } = partsOf(action);
  if (beside === null) return { before: lead, name: null, after: tail };
  const [before = '', after = ''] = beside.split('{}');
  return { before: `${lead}${before}`, name: subject.name, after: `${after}${tail}` };
}

/** One sentence: `Rotated key Data feed`. */
export function eventSentence(event: Pick<AuditEvent, 'action' | 'subject'>): string {
  const { before, name, after } = eventWords(event);
  return `${before}${name ?? ''}${after}`;
}

/** What happened, where the object is known: `Rotated key`; the procedure's name where no words exist. */
export function actionWords(action: string): string {
  const { lead, tail } = partsOf(action);
  return `${lead}${tail}`;
}

const SENTENCE = /^(?<lead>[^[]*)(?:\[(?<beside>[^\]]*)\])?(?<tail>.*)$/;

function partsOf(action: string): {
  readonly lead: string;
  readonly beside: string | null;
  readonly tail: string;
} {
  const sentence = SENTENCES[action] ?? `${action}[ {}]`;
  const { lead = '', beside = null, tail = '' } = SENTENCE.exec(sentence)?.groups ?? {};
  return { lead, beside, tail };
}

/** Why it was done: what somebody wrote, or the words of a reason that was chosen. */
export function reasonWords({ action, reason }: Pick<AuditEvent, 'action' | 'reason'>): string {
  const chosen = action === 'keys.revoke' ? revokeReason.safeParse(reason).data : undefined;
  return chosen === undefined ? (reason ?? '') : REVOKE_REASON_WORDS[chosen];
}
