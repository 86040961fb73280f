import { createHash } from 'node:crypto';
import type { Keyring } from '#main/platform/keyring.ts';

/** What a secret is recognised by when only its SHA-256 is told. No key has a space in it, so this is the hash of none. */
export function hashOfSha256(keyring: Keyring, sha256Hex: string): Buffer {
  return keyring.hash(`sha256 ${sha256Hex}`);
}

/** The same for the text itself. */
export function originHash(keyring: Keyring, text: string): Buffer {
  return hashOfSha256(keyring, createHash('sha256').update(text, 'utf8').digest('hex'));
}
