import type { DeliveryId } from '#contract/ids.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import { openText, sealText, type Seal } from '#main/platform/sealed-text.ts';

/** Encrypts the text of a letter until it is sent: it may hold a code or a link, which the store alone must not give away. */
export function sealLetter(keyring: Keyring, id: DeliveryId, text: string): Buffer {
  return sealText(sealOf(keyring, id), text);
}

/** What was sealed; null when the master secret is another one, or somebody changed the row. */
export function openLetter(keyring: Keyring, id: DeliveryId, sealed: Buffer): string | null {
  return openText(sealOf(keyring, id), sealed);
}

function sealOf(keyring: Keyring, id: DeliveryId): Seal {
  const label = 'latchkey letter v1';
  return { input: keyring.hash(label), label, about: id };
}
