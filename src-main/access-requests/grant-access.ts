import type { ApproveInput, ContactNotice } from '#contract/access-procedures.ts';
import type { AccessRequest } from '#contract/access-requests.ts';
import type { HandoffChannel, NewHandoff } from '#contract/handoffs.ts';
import type { ApplicationId } from '#contract/ids.ts';
import type { Key } from '#contract/keys.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { joinOutcomes } from '#main/handoffs/handoff-step.ts';
import { newHandoff } from '#main/handoffs/new-handoff.ts';
import { changedKeyState } from '#main/keys/change-key-state.ts';
import { newKey } from '#main/keys/create-key.ts';
import { newApplication } from '#main/partners/create-application.ts';
import { newPartner } from '#main/partners/create-partner.ts';
import type { StoredAccessRequest } from '#main/sqlite/access-request-queries.ts';
import { viewAccessRequest } from './access-request-view.ts';
import { readAccessSettings } from './access-settings.ts';
import { WAITS_FOR_CONTACT } from './confirm-contact.ts';
import { withContactCode } from './contact-code.ts';
import { tellApproved, tellContact } from './tell-contact.ts';
import { refuseKeyText } from './refuse-key-text.ts';

/** What an approval gives, and by which rule when nobody gave it. */
export type Grant = Omit<ApproveInput, 'accessRequestId' | 'delivery'> & {
  readonly channel: HandoffChannel;
  /** For the timeline of the handoff. */
  readonly detail?: string;
  /** Approved by nobody: what the audit event names. */
  readonly rule?: string;
};

/** What came of it, but for what only a file has. */
export type Granted = NewHandoff & {
  readonly accessRequest: AccessRequest;
  readonly key: Key;
  readonly notice: ContactNotice | null;
};

/** An approval with the secret that is handed off, for a channel that needs it after the commit. Beside the outcome, never in it. */
interface GrantedSecret {
  readonly outcome: CommandOutcome<Granted>;
  readonly secret: string;
}

/** What callers of a key that waits are told. */
const WAITING_MESSAGE =
  'This key waits until its contact is confirmed. Enter the code on the page of your request.';

/** Makes what is missing of partner and application, the key and its handoff, and decides the request. Call inside a command: all or
 *  nothing. Throws as partners.create, applications.create, keys.create and handoffs.create do. */
export function grantedAccess(
  context: UseCaseContext,
  request: StoredAccessRequest,
  grant: Grant,
): GrantedSecret {
  refuseKeyText('answer', grant.answer);
  const owner = ownerOf(context, request, grant.grantee);
  const made = newKey(context, { ...grant.key, applicationId: owner.applicationId });
  const { secret } = made.value;
  const waiting = suspendUntilConfirmed(context, request, made.value.key);
  const key = waiting[0]?.value ?? made.value.key;
  const handed = newHandoff(context, { ...grant, keyId: key.keyId, secret, secretVersion: 1, isBlind: true });
  const decided: StoredAccessRequest = {
    ...request,
    state: 'approved',
    decidedAtMs: context.nowMs,
    decidedBy: grant.rule === undefined ? context.actor.name : 'Automatic approval',
    isAutomatic: grant.rule === undefined ? 0 : 1,
    answer: grant.answer,
    grantedKeyId: key.keyId,
  };
  const asked =
    request.contactConfirmedAtMs === null ? withContactCode(context, decided, handed.value.link) : null;
  const after = asked?.request ?? decided;
  context.db.accessRequests.update(after);
  const told = asked === null ? null : tellContact(context, after, asked.notice);
  const mailed = told?.mailed ?? tellApproved(context, after, handed.value.link);
  const outcome = joinOutcomes([...owner.made, made, ...waiting, handed, ...mailed], {
    value: {
      ...handed.value,
      accessRequest: viewAccessRequest(context, after),
      key,
      notice: told?.notice ?? null,
    },
    audit: {
      action: grant.rule === undefined ? 'accessRequests.approve' : 'accessRequests.approveAutomatically',
      subject: { kind: 'access_request', id: request.id, name: request.application },
      before: { state: request.state },
      after: {
        state: 'approved',
        keyId: key.keyId,
        handoffId: handed.value.handoff.id,
        isContactConfirmed: request.contactConfirmedAtMs !== null,
        ...(grant.rule === undefined ? {} : { rule: grant.rule }),
      },
    },
    changed: ['accessRequests'],
  });
  return { outcome, secret };
}

interface Owner {
  readonly applicationId: ApplicationId;
  readonly made: readonly CommandOutcome<unknown>[];
}

function ownerOf(context: UseCaseContext, request: StoredAccessRequest, grantee: Grant['grantee']): Owner {
  if (grantee.kind === 'application') return { applicationId: grantee.applicationId, made: [] };
  const { contactEmail } = request;
  const note = `Asked for by ${request.reference}.`;
  const partner =
    grantee.kind === 'new_partner'
      ? newPartner(context, {
          name: grantee.partnerName,
          tier: grantee.tier,
          contactName: null,
          contactEmail,
          note,
          recipientKey: null,
        })
      : null;
  const partnerId = grantee.kind === 'new_partner' ? partner?.value.id : grantee.partnerId;
  if (partnerId === undefined) throw new Error('Broken invariant: a new application without its partner.');
  const application = newApplication(context, {
    partnerId,
    name: grantee.name,
    slug: grantee.slug,
    contactEmail,
    note,
    externalId: null,
  });
  return {
    applicationId: application.value.id,
    made: partner === null ? [application] : [partner, application],
  };
}

/** A key works when somebody is known to answer for it. */
function suspendUntilConfirmed(
  context: UseCaseContext,
  request: StoredAccessRequest,
  key: Key,
): readonly CommandOutcome<Key>[] {
  const { confirms } = readAccessSettings(context);
  const isNeeded = confirms === 'always' || key.environment === 'live';
  if (request.contactConfirmedAtMs !== null || !isNeeded) return [];
  return [
    changedKeyState(context, {
      action: 'keys.suspend',
      keyId: key.keyId,
      next: () => ({
        suspendedAtMs: context.nowMs,
        suspendReason: WAITS_FOR_CONTACT,
        suspendMessage: WAITING_MESSAGE,
      }),
      after: { message: WAITING_MESSAGE },
      reason: WAITS_FOR_CONTACT,
      changed: ['keys'],
    }),
  ];
}
