import type { HandlerInput } from '#contract/contract.ts';
import { keyId } from '#contract/ids.ts';
import type { Application } from '#contract/partners.ts';
import type { CreateKeyInput } from '#contract/key-policy.ts';
import type { KeyWithSecret } from '#contract/keys.ts';
import type { CommandOutcome, UseCaseContext } from '#main/context.ts';
import { randomBase62 } from '#main/domain/base62.ts';
import { KEY_ID_CHARACTERS } from '#main/domain/key-format.ts';
import { AppError } from '#main/platform/app-error.ts';
import { randomBytes } from '#main/platform/random.ts';
import { refuseNameTwin } from '#main/sqlite/name-twin.ts';
import { checkExpiry, checkKeyPolicy } from './check-key-policy.ts';
import { checkLifetime } from './check-lifetime.ts';
import { loadKey, viewKey } from './key-view.ts';
import { mintSecret } from './mint-secret.ts';

/** Makes a key and its first secret, which is shown this once. Throws APPLICATION_NOT_FOUND, SCOPE_NOT_FOUND,
 *  PLAN_NOT_FOUND, SERVICE_NOT_FOUND, TEMPLATE_NOT_FOUND, INVALID_INPUT, and FORBIDDEN when an issuer sends rules beside the
 *  scopes. */
export function createKey(context: UseCaseContext, input: HandlerInput<'keys.create'>): KeyWithSecret {
  checkIssuer(context, input);
  return makeKey(context, input);
}

/** The same without asking whether an issuer may say so: what an admin has approved goes this way. */
export function makeKey(context: UseCaseContext, input: CreateKeyInput): KeyWithSecret {
  return context.command(() => newKey(context, input));
}

/** The same as a part of a larger command, inside whose transaction it must be called. `keepsLife`: it takes the place of another key,
 *  whose end it has, whatever the policy says now. */
export function newKey(
  context: UseCaseContext,
  input: CreateKeyInput,
  options: { readonly keepsLife?: boolean } = {},
): CommandOutcome<NewKey> {
  const application = context.db.applications.find(input.applicationId);
  if (application === null) {
    throw new AppError(
      'APPLICATION_NOT_FOUND',
      'There is no application with this id. Look it up in the list of applications.',
    );
  }
  checkExpiry(context, input.expiresAt);
  if (options.keepsLife !== true) checkLifetime(context, input);
  refuseNameTwin(context.db.handle, { kind: 'key', name: input.name, within: input.applicationId });
  checkKeyPolicy(context, input);
  return storeNewKey(context, input, application);
}

/** A key with the secret that was just made. */
export type NewKey = KeyWithSecret & { readonly secret: string };

function storeNewKey(
  context: UseCaseContext,
  input: CreateKeyInput,
  application: Pick<Application, 'slug'>,
): CommandOutcome<NewKey> {
  const id = keyId.parse(randomBase62(KEY_ID_CHARACTERS, randomBytes));
  const { scopeIds, expiresAt, ...columns } = input;
  // A reason for no expiry says nothing about a key that has one.
  const noExpiryReason = expiresAt === null ? input.noExpiryReason : null;
  context.db.keys.insert({
    ...columns,
    id,
    expiresAtMs: expiresAt,
    noExpiryReason,
    suspendedAtMs: null,
    suspendReason: null,
    suspendMessage: null,
    revokedAtMs: null,
    revokeReason: null,
    revokeNote: null,
    createdAtMs: context.nowMs,
    updatedAtMs: context.nowMs,
  });
  context.db.keys.setScopes(id, scopeIds);
  const secret = mintSecret(context, {
    keyId: id,
    environment: input.environment,
    slug: application.slug,
    version: 1,
  });
  // The event that will tell who made it is written after this.
  const key = { ...viewKey(context, loadKey(context, id)), createdBy: context.actor.name };
  return {
    value: { key, secret },
    audit: {
      action: 'keys.create',
      subject: { kind: 'key', id, name: input.name },
      after: { ...columns, scopeIds, expiresAt, noExpiryReason, hint: key.hint },
    },
    changed: ['keys', 'applications', 'partners', 'scopes', 'plans'],
  };
}

/** Issuers hand out what was approved as scopes; rules of a key's own would go around that. */
function checkIssuer(context: UseCaseContext, input: CreateKeyInput): void {
  if (context.role !== 'issuer' || input.rules.length === 0) return;
  const message =
    'An issuer gives access by scopes only. Leave out rules, or ask an admin to create this key.';
  throw new AppError('FORBIDDEN', message, [{ path: 'rules', message }]);
}
