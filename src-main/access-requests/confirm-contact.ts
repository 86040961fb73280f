import { CONTACT_TRIES_MAX, type AccessRequest } from '#contract/access-requests.ts';
import type { HandlerInput, Output } from '#contract/contract.ts';
import type { KeyId } from '#contract/ids.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { joinOutcomes } from '#main/handoffs/handoff-step.ts';
import { changedKeyState } from '#main/keys/change-key-state.ts';
import { AppError } from '#main/platform/app-error.ts';
import type { StoredAccessRequest } from '#main/sqlite/access-request-queries.ts';
import { loadAccessRequest, viewAccessRequest } from './access-request-view.ts';
import { isContactCode, withContactCode } from './contact-code.ts';
import { tellContact } from './tell-contact.ts';

/** Why a key is suspended whose contact nobody has reached yet. Keys that are suspended for another reason stay so. */
export const WAITS_FOR_CONTACT = 'Waits until its contact is confirmed.';

/** A new code on its way to the contact by mail, or the words to send it by. Throws ACCESS_REQUEST_NOT_FOUND, and WRONG_STATUS when there is nothing to confirm. */
export function makeContactCode(
  context: UseCaseContext,
  { accessRequestId }: HandlerInput<'accessRequests.makeCode'>,
): Output<'accessRequests.makeCode'> {
  return context.command(() => {
    const stored = loadUnconfirmed(context, accessRequestId);
    const { request, notice } = withContactCode(context, stored, null);
    context.db.accessRequests.update(request);
    const told = tellContact(context, request, notice);
    return joinOutcomes(told.mailed, {
      value: { accessRequest: viewAccessRequest(context, request), notice: told.notice },
      audit: {
        action: 'accessRequests.makeCode',
        subject: { kind: 'access_request', id: request.id, name: request.application },
        after: { contactEmail: request.contactEmail },
      },
      changed: ['accessRequests'],
    });
  });
}

/** Somebody of ours reached the contact in another way. Throws as makeContactCode does. */
export function confirmContact(
  context: UseCaseContext,
  { accessRequestId, reason }: HandlerInput<'accessRequests.confirmContact'>,
): AccessRequest {
  return context.command(() => {
    const stored = loadUnconfirmed(context, accessRequestId);
    const confirmed = confirmedContact(context, stored, 'accessRequests.confirmContact', reason);
    return { ...confirmed, value: viewAccessRequest(context, confirmed.value) };
  });
}

/** What came of a code on the applicant's page. `spent`: it was wrong too often. */
export type CodeOutcome =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'wrong'; readonly triesLeft: number }
  | { readonly kind: 'spent' }
  /** There is no code that could be right. */
  | { readonly kind: 'none' };

/** Takes a code that somebody typed. Wrong ones count. */
export function enterContactCode(
  context: UseCaseContext,
  stored: StoredAccessRequest,
  typed: string,
): CodeOutcome {
  if (stored.contactConfirmedAtMs !== null) return { kind: 'confirmed' };
  if (stored.contactCodeHash === null || isClosed(stored)) return { kind: 'none' };
  if (isContactCode(context.keyring, stored, typed)) {
    context.command(() => confirmedContact(context, stored, 'accessRequests.enterCode', null));
    return { kind: 'confirmed' };
  }
  const contactTries = stored.contactTries + 1;
  const isSpent = contactTries >= CONTACT_TRIES_MAX;
  context.command(() => {
    context.db.accessRequests.update({
      ...stored,
      contactTries,
      contactCodeHash: isSpent ? null : stored.contactCodeHash,
    });
    return {
      value: null,
      audit: {
        action: 'accessRequests.wrongCode',
        subject: { kind: 'access_request', id: stored.id, name: stored.application },
        after: { contactTries },
      },
      changed: ['accessRequests'],
    };
  });
  return isSpent ? { kind: 'spent' } : { kind: 'wrong', triesLeft: CONTACT_TRIES_MAX - contactTries };
}

/** The contact is known to be one: a key that waited for it works from here on. */
function confirmedContact(
  context: UseCaseContext,
  stored: StoredAccessRequest,
  action: string,
  reason: string | null,
): CommandOutcome<StoredAccessRequest> {
  const request = { ...stored, contactConfirmedAtMs: context.nowMs, contactCodeHash: null };
  context.db.accessRequests.update(request);
  const resumed = resumedKey(context, stored.grantedKeyId);
  return joinOutcomes(resumed, {
    value: request,
    audit: {
      action,
      subject: { kind: 'access_request', id: stored.id, name: stored.application },
      after: { contactEmail: stored.contactEmail },
      reason,
    },
    changed: ['accessRequests'],
  });
}

function resumedKey(context: UseCaseContext, keyId: KeyId | null): readonly CommandOutcome<unknown>[] {
  const key = keyId === null ? null : context.db.keys.get(keyId);
  const isWaiting =
    key !== null &&
    key.suspendedAtMs !== null &&
    key.revokedAtMs === null &&
    key.suspendReason === WAITS_FOR_CONTACT;
  if (keyId === null || !isWaiting) return [];
  return [
    changedKeyState(context, {
      action: 'keys.resume',
      keyId,
      next: () => ({ suspendedAtMs: null, suspendReason: null, suspendMessage: null }),
      reason: 'Its contact is confirmed.',
      changed: ['keys'],
    }),
  ];
}

function loadUnconfirmed(context: UseCaseContext, id: StoredAccessRequest['id']): StoredAccessRequest {
  const stored = loadAccessRequest(context, id);
  if (isClosed(stored)) throw new AppError('WRONG_STATUS', `This request was ${stored.state}.`);
  if (stored.contactConfirmedAtMs !== null) {
    throw new AppError('WRONG_STATUS', 'The contact of this request is confirmed already.');
  }
  return stored;
}

/** No key comes of it, so there is nobody to confirm. */
function isClosed({ state }: StoredAccessRequest): boolean {
  return state === 'rejected' || state === 'merged';
}
