import type { HandlerInput } from '#contract/contract.ts';
import { timestampMs } from '#contract/ids.ts';
import type { CreateKeyInput } from '#contract/key-policy.ts';
import type { KeyWithSecret } from '#contract/keys.ts';
import type { Template } from '#contract/templates.ts';
import type { UseCaseContext } from '#main/context.ts';
import { policyOf } from '#main/domain/policy-drift.ts';
import { makeKey } from '#main/keys/create-key.ts';
import { AppError } from '#main/platform/app-error.ts';
import { getTemplate } from './get-template.ts';

/** Makes a key as its template says. Issuers may use those that are for them, with all that an admin wrote in it. Throws
 *  TEMPLATE_NOT_FOUND, APPLICATION_NOT_FOUND, INVALID_INPUT where the template leaves the environment open and none is given,
 *  and SCOPE_NOT_FOUND, PLAN_NOT_FOUND, SERVICE_NOT_FOUND where it names what is gone. */
export function createKeyFromTemplate(
  context: UseCaseContext,
  input: HandlerInput<'keys.createFromTemplate'>,
): KeyWithSecret {
  return makeKey(context, keyOfTemplate(context, input));
}

/** What such a key is made of. Throws as createKeyFromTemplate does for the template. */
export function keyOfTemplate(
  context: UseCaseContext,
  input: HandlerInput<'keys.createFromTemplate'>,
): CreateKeyInput {
  const template = getTemplate(context, input);
  const environment = input.environment ?? template.environment;
  if (environment === null) {
    const message = 'This template leaves it open. Say live or test.';
    throw new AppError('INVALID_INPUT', `environment: ${message}`, [{ path: 'environment', message }]);
  }
  const expiresAt = input.expiresAt ?? expiryOf(context, template);
  return {
    ...policyOf(template),
    applicationId: input.applicationId,
    templateId: template.id,
    name: input.name,
    environment,
    expiresAt,
    noExpiryReason: expiresAt === null ? `Template ${template.name}` : null,
    signedBy: null,
    tags: input.tags ?? template.tags,
    note: input.note,
    meta: {},
    externalId: null,
  };
}

function expiryOf(context: UseCaseContext, { expiresInMs }: Template) {
  return expiresInMs === null ? null : timestampMs.parse(context.nowMs + expiresInMs);
}
