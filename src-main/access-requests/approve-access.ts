import type { HandlerInput, Output } from '#contract/contract.ts';
import type { PartnerId } from '#contract/ids.ts';
import type { UseCaseContext } from '#main/context.ts';
import { getApplication } from '#main/partners/get-application.ts';
import { AppError } from '#main/platform/app-error.ts';
import { lockSecret, prepareSeal, withoutLink, type SealedParts } from '#main/sealed/create-sealed.ts';
import { loadUndecided } from './access-request-view.ts';
import { grantedAccess } from './grant-access.ts';

/** Makes accessRequests.approve: see the contract. Throws what grantedAccess throws, ACCESS_REQUEST_NOT_FOUND, WRONG_STATUS when it is
 *  decided already, FORBIDDEN for an issuer who gives more than one may, and RECIPIENT_KEY_MISSING before anything is made. */
export function createApproveAccess(parts: SealedParts) {
  return async (
    context: UseCaseContext,
    input: HandlerInput<'accessRequests.approve'>,
  ): Promise<Output<'accessRequests.approve'>> => {
    checkIssuer(context, input);
    const { accessRequestId, delivery, ...grant } = input;
    loadUndecided(context, accessRequestId);
    if (delivery.kind === 'link') {
      return context.command(() => {
        const request = loadUndecided(context, accessRequestId);
        const { outcome } = grantedAccess(context, request, { ...grant, channel: 'link' });
        return { ...outcome, value: { ...outcome.value, file: null, passphrase: null } };
      });
    }
    const prepared = await prepareSeal(context, delivery.seal, recipientOf(context, input));
    let secret = '';
    const made = context.command(() => {
      const request = loadUndecided(context, accessRequestId);
      const { detail } = prepared;
      const granted = grantedAccess(context, request, { ...grant, channel: 'sealed_file', detail });
      secret = granted.secret;
      const { value, ...rest } = withoutLink(granted.outcome);
      return { ...rest, value: { ...value, link: null, code: null } };
    });
    const sealed = await lockSecret(parts, context, {
      input: delivery,
      prepared,
      handoff: made.handoff,
      secret,
    });
    return { ...made, ...sealed };
  };
}

function recipientOf(
  context: UseCaseContext,
  { grantee }: HandlerInput<'accessRequests.approve'>,
): { readonly partnerId: PartnerId | null; readonly applicationSlug: string } {
  if (grantee.kind === 'application') {
    const { partnerId, slug } = getApplication(context, grantee);
    return { partnerId, applicationSlug: slug };
  }
  return {
    partnerId: grantee.kind === 'new_application' ? grantee.partnerId : null,
    applicationSlug: grantee.slug,
  };
}

/** Issuers hand out what was approved as scopes, to those who are there; the rest is for admins. */
function checkIssuer(
  context: UseCaseContext,
  { grantee, key }: HandlerInput<'accessRequests.approve'>,
): void {
  if (context.role !== 'issuer') return;
  if (grantee.kind !== 'application') {
    throw forbidden(
      'grantee',
      'An issuer approves for applications that are there. Ask an admin to add this one.',
    );
  }
  if (key.rules.length > 0) {
    throw forbidden('key.rules', 'An issuer gives access by scopes only. Leave out rules, or ask an admin.');
  }
}

function forbidden(path: string, message: string): AppError {
  return new AppError('FORBIDDEN', message, [{ path, message }]);
}
