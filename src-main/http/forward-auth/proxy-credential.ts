import { Buffer } from 'node:buffer';
import type { ProxyHeaders } from './proxy-headers.ts';

/** What a client presented to the proxy. Texts of keys stay in here. `fault` = something that is refused without a look-up. */
export type ProxyCredential =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'pair'; readonly keyId: string; readonly secret: string }
  | { readonly kind: 'fault'; readonly why: string };

const NONE: ProxyCredential = { kind: 'none' };
const KEY_ID = /^[0-9A-Za-z]{12}$/;

/** Reads the credential from Authorization (Bearer, or Basic with the key as user name or keyId:secret), X-API-Key, or X-API-Key
 *  with X-API-Secret. One that stands in two places must be the same in both: otherwise the service behind the proxy might read
 *  another one than was verified. */
export function proxyCredential({ single }: ProxyHeaders): ProxyCredential {
  const first = fromAuthorization(single.authorization?.trim() ?? '');
  const second = fromApiKey(single['x-api-key']?.trim() ?? '', single['x-api-secret']?.trim() ?? '');
  if (first.kind === 'none') return second;
  if (second.kind === 'none' || second.kind === 'fault') return second.kind === 'fault' ? second : first;
  return isSame(first, second) ? second : TWO_CREDENTIALS;
}

const TWO_CREDENTIALS: ProxyCredential = {
  kind: 'fault',
  why: 'The request has two different credentials. Send one, either in Authorization or in X-API-Key.',
};

function fromApiKey(key: string, secret: string): ProxyCredential {
  if (secret === '') return key === '' ? NONE : { kind: 'key', key };
  if (key === '')
    return { kind: 'fault', why: 'X-API-Secret goes together with X-API-Key, which holds the key id.' };
  return { kind: 'pair', keyId: key, secret };
}

function fromAuthorization(authorization: string): ProxyCredential {
  if (authorization === '') return NONE;
  const space = authorization.indexOf(' ');
  const scheme = (space === -1 ? authorization : authorization.slice(0, space)).toLowerCase();
  const rest = space === -1 ? '' : authorization.slice(space + 1).trim();
  if (scheme === 'bearer') return { kind: 'key', key: rest };
  if (scheme === 'basic') return fromBasic(rest);
  return {
    kind: 'fault',
    why: 'This scheme of Authorization is not taken. Use Bearer, or Basic with the key as user name.',
  };
}

function fromBasic(base64: string): ProxyCredential {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const user = colon === -1 ? text : text.slice(0, colon);
  const password = colon === -1 ? '' : text.slice(colon + 1);
  if (KEY_ID.test(user) && password !== '') return { kind: 'pair', keyId: user, secret: password };
  // Programs that insist on a password get a word of their own choice; another key is none.
  if (password.startsWith('lk_') && password !== user) return TWO_CREDENTIALS;
  return { kind: 'key', key: user };
}

function isSame(first: ProxyCredential, second: ProxyCredential): boolean {
  if (first.kind === 'key' && second.kind === 'key') return first.key === second.key;
  if (first.kind !== 'pair' || second.kind !== 'pair') return false;
  return first.keyId === second.keyId && first.secret === second.secret;
}
