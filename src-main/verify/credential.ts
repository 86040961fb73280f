import type { KeyId, ServiceId } from '#contract/ids.ts';
import { joinPair, pairToKeyText, parseKey } from '#main/domain/key-format.ts';
import type { Presented } from '#main/domain/verification.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import type { VerifyLookup } from '#main/sqlite/verify-lookup.ts';
import type { VerifyRow } from '#main/sqlite/verify-queries.ts';
import type { Verification } from './known-at.ts';

/** A presented credential, read without any look-up. Whole key texts and secret parts stay in here. */
export interface Credential {
  readonly presented: Presented;
  /** Whole key text; null when it is not known (yet). */
  readonly text: string | null;
  /** A pair whose key text can only be put together with the store's help. */
  readonly pair: { readonly keyId: KeyId; readonly secretPart: string } | null;
}

type CredentialFields = Pick<Verification, 'key' | 'keyId' | 'secret' | 'credentialFault'>;

const MISSING: Credential = { presented: { kind: 'missing' }, text: null, pair: null };

/** Reads what was sent: a key, or a pair of key id and secret (the whole key text, or its part after the last underscore
 *  with or without the checksum).
 *  Nothing at all is `missing`. */
export function readCredential(request: CredentialFields): Credential {
  if (request.credentialFault !== undefined) {
    return { presented: { kind: 'malformed', why: request.credentialFault }, text: null, pair: null };
  }
  if (request.key !== undefined) return fromText(request.key);
  if (request.keyId === undefined || request.secret === undefined) return MISSING;
  const pair = joinPair(request.keyId, request.secret);
  if (pair.kind === 'whole') return fromText(pair.text);
  if (pair.kind === 'malformed') return { presented: pair, text: null, pair: null };
  const { keyId, secretPart } = pair;
  return { presented: { kind: 'key', keyId }, text: null, pair: { keyId, secretPart } };
}

/** The key and secret that a well-formed credential names: one statement, for a pair two; null when there are none. */
export function findCredential(
  store: { readonly lookup: VerifyLookup; readonly keyring: Keyring },
  credential: Credential,
  serviceId: ServiceId,
): VerifyRow | null {
  const text = credential.text ?? pairText(store.lookup, credential.pair);
  if (text === null) return null;
  return store.lookup.findSecret(store.keyring.hashText(text), serviceId);
}

function fromText(text: string): Credential {
  const parsed = parseKey(text);
  if (parsed.kind === 'malformed') return { presented: parsed, text: null, pair: null };
  return { presented: parsed, text, pair: null };
}

function pairText(lookup: VerifyLookup, pair: Credential['pair']): string | null {
  if (pair === null) return null;
  const name = lookup.findKeyName(pair.keyId);
  return name === null ? null : pairToKeyText({ ...pair, ...name });
}
