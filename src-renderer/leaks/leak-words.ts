import type { Leak, LeakMatch } from '#contract/leaks.ts';
import { counted } from '#renderer/format/numbers.ts';
import type { FoundKeys, FoundToken } from './found-keys.ts';

/** What stands on the chip of a match. */
export const STATE_WORDS: Readonly<Record<LeakMatch['state'], string>> = {
  usable: 'Works now',
  unproven: 'Public part only',
  dead: 'Works no more',
};

/** Why an incident is contained. */
export const CONTAINED_WORDS: Readonly<Record<Exclude<Leak['containedBy'], null>, string>> = {
  revoked: 'The key was revoked',
  suspended: 'The key was suspended',
  expired: 'The key expired',
  secret_ended: 'The secret that was found has ended',
  removed: 'The key was removed',
};

const TOKEN_WORDS: Readonly<Record<FoundToken['kind'], string>> = {
  service_token: 'Service token: make a new one on the page of its service.',
  admin_token: 'Admin token: revoke it under Settings, Access.',
  enrolment_token: 'Enrolment token: revoke it on the page of its parent key.',
};

/** What a token is and where it is revoked. */
export function tokenSentence({ kind, name, place }: FoundToken): string {
  return `${name}_… (${place}). ${TOKEN_WORDS[kind]}`;
}

/** What a search came to, in one sentence. */
export function resultSentence(
  found: FoundKeys,
  matches: readonly LeakMatch[],
  foreignCount: number,
): string {
  const { tokens, lookAlikes } = found;
  if (matches.length + foreignCount + tokens.length === 0) {
    return lookAlikes.length === 0
      ? 'No key of Latchkey was found.'
      : `No known key was found, but ${counted(lookAlikes.length, 'look-alike')} with a wrong checksum: mistyped, or cut and put together.`;
  }
  const usable = matches.filter(({ state }) => state === 'usable').length;
  const parts = [
    `${counted(matches.length, 'key')} of this store, ${usable === 0 ? 'none of which is known to work' : `${String(usable)} of which ${usable === 1 ? 'works' : 'work'} now`}`,
    ...(foreignCount === 0 ? [] : [`${counted(foreignCount, 'key')} of another store`]),
    ...(tokens.length === 0 ? [] : [counted(tokens.length, 'token')]),
  ];
  return `Found ${parts.join('; ')}.`;
}

/** What a key may, in a few words. */
export function powerSentence({ may, mayCount, canWrite }: LeakMatch): string {
  if (mayCount === 0) return 'May call nothing.';
  const shown = may.slice(0, 4).join(', ');
  const more = mayCount > 4 ? ` and ${counted(mayCount - 4, 'more rule')}` : '';
  return `May ${canWrite ? 'read and change' : 'read'}: ${shown}${more}.`;
}

/** A mail to the owner of a leaked key, to be copied. Holds nothing secret. */
export function contactText(told: {
  readonly keyName: string;
  readonly keyId: string;
  readonly place: string;
  readonly contained: string | null;
  readonly isReplaced: boolean;
}): string {
  const where = told.place === '' ? '' : ` (${told.place})`;
  const state =
    told.contained === null
      ? 'It still works; we are about to end it.'
      : `${told.contained}: requests with it are refused.`;
  return [
    `Your key "${told.keyName}" (id ${told.keyId}) was found where others can read it${where}.`,
    state,
    told.isReplaced
      ? 'A new key is on its way to you by a one-time link and a code.'
      : 'Tell us to whom we may send a new key.',
    'Please take the old one out of the place where it was found, also out of the history of a repository, and look for requests that were not yours.',
  ].join('\n\n');
}
