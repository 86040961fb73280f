import type { Keyring } from '#main/platform/keyring.ts';
import { openText, sealText, type Seal } from '#main/platform/sealed-text.ts';

/** Encrypts what a channel needs to be let in by its receiver: the store alone does not hold it, nor does a backup. `about` = the
 *  channel, so that what is stored for one opens for no other. */
export function sealCredential(keyring: Keyring, about: string, text: string): Buffer {
  return sealText(sealOf(keyring, about), text);
}

/** What was sealed; null when the master secret is another one, or somebody changed the row. */
export function openCredential(keyring: Keyring, about: string, sealed: Buffer): string | null {
  return openText(sealOf(keyring, about), sealed);
}

function sealOf(keyring: Keyring, about: string): Seal {
  const label = 'latchkey notice credential v1';
  return { input: keyring.hash(label), label, about };
}
