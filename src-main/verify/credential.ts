import { hash } from 'node:crypto';
import type { KeyId, ServiceId } from '#contract/ids.ts';
import { joinPair, pairToKeyText, parseKey } from '#main/domain/key-format.ts';
import { fitsShape } from '#main/domain/key-shape.ts';
import type { KeyShape } from '#main/domain/key-shape.ts';
import type { Presented } from '#main/domain/verification.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import type { VerifyLookup } from '#main/sqlite/verify-lookup.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import type { Verification } from './known-at.ts';
import { readSignedToken, type SignedToken } from './signed-token.ts';
import { findTokenRow } from './token-row.ts';

/** A presented credential, read without any look-up. Whole key texts and secret parts stay in here. */
export interface Credential {
  readonly presented: Presented;
  /** Whole key text; null when it is not known (yet). */
  readonly text: string | null;
  /** A pair whose key text can only be put together with the store's help. */
  readonly pair: { readonly keyId: KeyId; readonly secretPart: string } | null;
  /** The text has the shape of imported keys, which may be stored as bare SHA-256. */
  readonly mayBeBareHash: boolean;
  /** A token that a key was exchanged for; its signature is proved when its key is looked up. */
  readonly token: SignedToken | null;
}

type CredentialFields = Pick<Verification, 'key' | 'keyId' | 'secret' | 'credentialFault'>;

const NOTHING = { text: null, pair: null, mayBeBareHash: false, token: null } as const;
const MISSING: Credential = { presented: { kind: 'missing' }, ...NOTHING };

/** Reads what was sent: a key, a token, or a pair of key id and secret (the whole key text, or its part after the last underscore
 *  with or without the checksum).
 *  Nothing at all is `missing`. `shapes` are those of imported keys. */
export function readCredential(request: CredentialFields, shapes: readonly KeyShape[]): Credential {
  if (request.credentialFault !== undefined) {
    return { presented: { kind: 'malformed', why: request.credentialFault }, ...NOTHING };
  }
  if (request.key !== undefined) return fromText(request.key, shapes);
  if (request.keyId === undefined || request.secret === undefined) return MISSING;
  const pair = joinPair(request.keyId, request.secret);
  if (pair.kind === 'whole') return fromText(pair.text, shapes);
  if (pair.kind === 'malformed') return { presented: pair, ...NOTHING };
  const { keyId, secretPart } = pair;
  return { ...NOTHING, presented: { kind: 'key', keyId }, pair: { keyId, secretPart } };
}

/** The key and secret that a well-formed credential names: one statement, for a pair or a hash of an import two; null when there are
 *  none. What the current pepper does not find is looked for under those that were retired. For a token its key: see findTokenRow. */
export function findCredential(
  store: { readonly lookup: VerifyLookup; readonly keyring: Keyring },
  credential: Credential,
  serviceId: ServiceId,
): VerifyRow | null {
  if (credential.token !== null) return findTokenRow(store.lookup, credential.token, serviceId);
  const text = credentialText(store.lookup, credential);
  if (text === null) return null;
  const { current, retired } = store.keyring.peppers;
  let found = store.lookup.findSecret(current.hashText(text), serviceId);
  for (let at = 0; found === null && at < retired.length; at += 1) {
    found = store.lookup.findSecret(retired[at]?.hashText(text) ?? '', serviceId);
  }
  return found === null && credential.mayBeBareHash
    ? store.lookup.findSecret(hash('sha256', text, 'buffer').toString('latin1'), serviceId)
    : found;
}

function fromText(text: string, shapes: readonly KeyShape[]): Credential {
  const parsed = parseKey(text);
  // Field by field: nearly every request comes this way, and a spread is copied by a loop.
  if (parsed.kind === 'key')
    return { presented: parsed, text, pair: null, mayBeBareHash: false, token: null };
  const token = readSignedToken(text);
  if (token !== null) return { ...NOTHING, presented: { kind: 'token' }, token };
  // Shapes are looked at only by what is no key of ours.
  const fitting = shapes.filter((shape) => fitsShape(shape, text));
  if (fitting.length === 0) return { presented: parsed, ...NOTHING };
  const mayBeBareHash = fitting.some(({ hashKind }) => hashKind === 'sha256');
  return { ...NOTHING, presented: { kind: 'foreign' }, text, mayBeBareHash };
}

/** The whole key text, of a pair with the store's help; null when there is none. */
export function credentialText(lookup: VerifyLookup, { text, pair }: Credential): string | null {
  if (text !== null || pair === null) return text;
  const name = lookup.findKeyName(pair.keyId);
  return name === null ? null : pairToKeyText({ ...pair, ...name });
}
