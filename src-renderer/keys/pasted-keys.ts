import type { CallInput } from '#contract/contract.ts';
import { PASTED_KEYS_MAX } from '#contract/key-identify.ts';
import { keyId } from '#contract/ids.ts';
import { sha256 } from '#renderer/ui/sha-256.ts';

/** Public part of a key of ours with what follows it; 49 characters more make it whole. */
const OWN_KEY = /lk_(?:live|test)_[a-z0-9]{2,24}_([0-9A-Za-z]{12})(?:_([0-9A-Za-z]*))?/g;
const SECRET_CHARACTERS = 49;

/** What is asked about a pasted text: hashes of the keys in it and their public ids, never a part of a secret. Texts that are no key
 *  of ours may be imported ones: they are hashed whole. */
export function pastedKeys(text: string): CallInput<'keys.identifyHashes'> {
  const hashes = new Set<string>();
  const keyIds = new Set<ReturnType<typeof keyId.parse>>();
  for (const { 0: whole, 1: id, 2: secret = '' } of text.matchAll(OWN_KEY)) {
    keyIds.add(keyId.parse(id));
    if (secret.length === SECRET_CHARACTERS) hashes.add(hexOf(sha256(whole)));
  }
  if (keyIds.size === 0) {
    for (const word of text.split(/\s+/)) if (word.length >= 12) hashes.add(hexOf(sha256(word)));
  }
  return { hashes: [...hashes].slice(0, PASTED_KEYS_MAX), keyIds: [...keyIds].slice(0, PASTED_KEYS_MAX) };
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
