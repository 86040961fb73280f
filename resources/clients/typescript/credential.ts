import { Buffer } from 'node:buffer';

/** What a caller presented. Texts of keys stay in here and in the request to Latchkey. */
export type Credential =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'pair'; readonly keyId: string; readonly secret: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'fault'; readonly why: string };

/** Value of the header with this lower-case name; null when there is none. */
export type HeaderOf = (name: string) => string | null;

const KEY_ID = /^[0-9A-Za-z]{12}$/;
const NONE: Credential = { kind: 'none' };

/** Reads the key from Authorization (Bearer, Basic with the key as user name, Basic keyId:secret), X-API-Key, or X-API-Key with
 *  X-API-Secret. Never from the URL. Two different credentials are a fault: the handler could read another than was verified. */
export function readCredential(headerOf: HeaderOf): Credential {
  const first = fromAuthorization((headerOf('authorization') ?? '').trim());
  const second = fromApiKey((headerOf('x-api-key') ?? '').trim(), (headerOf('x-api-secret') ?? '').trim());
  if (first.kind === 'none' || second.kind === 'fault') return second;
  if (second.kind === 'none' || first.kind === 'fault') return first;
  if (textOf(first) === textOf(second)) return second;
  return { kind: 'fault', why: 'Two different credentials were sent. Send one.' };
}

function fromApiKey(key: string, secret: string): Credential {
  if (secret === '') return key === '' ? NONE : { kind: 'key', key };
  if (key !== '') return { kind: 'pair', keyId: key, secret };
  return { kind: 'fault', why: 'X-API-Secret goes together with X-API-Key, which holds the key id.' };
}

function fromAuthorization(authorization: string): Credential {
  if (authorization === '') return NONE;
  const [scheme = '', ...rest] = authorization.split(' ');
  const value = rest.join(' ').trim();
  if (scheme.toLowerCase() === 'bearer' && value !== '') return { kind: 'key', key: value };
  if (scheme.toLowerCase() !== 'basic') {
    return { kind: 'fault', why: 'Send the key as Authorization: Bearer or as X-API-Key.' };
  }
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const user = colon === -1 ? text : text.slice(0, colon);
  const password = colon === -1 ? '' : text.slice(colon + 1);
  if (KEY_ID.test(user) && password !== '') return { kind: 'pair', keyId: user, secret: password };
  return { kind: 'key', key: user };
}

function textOf(credential: Credential): string {
  if (credential.kind === 'key') return credential.key;
  return credential.kind === 'pair' ? `${credential.keyId}:${credential.secret}` : '';
}
