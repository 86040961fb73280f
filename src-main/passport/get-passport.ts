import type { HandlerInput, Output } from '#contract/contract.ts';
import type { Key } from '#contract/keys.ts';
import type { Passport } from '#contract/passport.ts';
import type { UseCaseContext } from '#main/context.ts';
import { inWords, scopesOf } from '#main/holder/holder-view.ts';
import { getKey } from '#main/keys/get-key.ts';
import { readSettings } from '#main/settings/read-settings.ts';
import { passportOf } from './passport-of.ts';

/** What a partner should know about a key of theirs. `limitsOf` answers the limits in force. Throws KEY_NOT_FOUND. */
export function getPassport(
  context: UseCaseContext,
  { keyId }: HandlerInput<'passport.get'>,
  limitsOf: (keyId: Key['keyId']) => Output<'keys.limits'>,
): Passport {
  const { db, nowMs } = context;
  const key = getKey(context, { keyId });
  const { helpContact, helpUrl, publicUrl } = readSettings(db);
  const scopes = scopesOf(context, key);
  const baseUrlOf = (serviceId: (typeof scopes)[number]['serviceId']): string | null =>
    db.services.get(serviceId)?.baseUrl ?? null;
  const calls = scopes.map(({ name, description, service, serviceId, may, mayNot }) => {
    return { name, description, service, baseUrl: baseUrlOf(serviceId), may, mayNot };
  });
  const own = { name: null, description: '', service: null, baseUrl: null, ...inWords(key.rules) };
  const [first] = key.scopeIds.flatMap((id) => db.scopes.get(id) ?? []);
  return passportOf({
    key,
    calls: key.rules.length === 0 ? calls : [...calls, own],
    sample: {
      rules: first?.rules ?? key.rules,
      baseUrl: first === undefined ? null : baseUrlOf(first.serviceId),
    },
    limits: limitsOf(keyId),
    boundTo: key.serviceAllow.flatMap((id) => db.services.findName(id) ?? []),
    contact: helpContact ?? 'The people who gave you this key',
    help: helpUrl ?? (publicUrl === null ? null : `${publicUrl.replace(/\/+$/, '')}/request-access`),
    nowMs,
  });
}
