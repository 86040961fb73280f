import type { HandoffId } from '#contract/ids.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import { openText, sealText, type Seal } from '#main/platform/sealed-text.ts';

/** Who has these two can reveal the content, once. Neither is stored. */
export interface LinkAndCode {
  /** From the link. */
  readonly token: string;
  /** As makeCode writes it. */
  readonly code: string;
}

/** Encrypts a secret so that link, code and pepper are needed together to read it: the store alone, or the store with the link, is
 *  not enough. No slow derivation: the token has 256 random bits, and the page that takes codes would be slow for everybody. */
export function sealContent(
  keyring: Keyring,
  parts: LinkAndCode & { readonly id: HandoffId; readonly secret: string },
): Buffer {
  return sealText(sealOf(keyring, parts), parts.secret);
}

/** The secret; null when link and code are not those it was sealed with. */
export function openContent(
  keyring: Keyring,
  parts: LinkAndCode & { readonly id: HandoffId; readonly sealed: Buffer },
): string | null {
  return openText(sealOf(keyring, parts), parts.sealed);
}

/** Under which a link's token is looked up: 32 bytes. */
export function tokenHash(keyring: Keyring, token: string): Buffer {
  return keyring.hash(`latchkey handoff token v1\n${token}`);
}

function sealOf(keyring: Keyring, { token, code, id }: LinkAndCode & { readonly id: HandoffId }): Seal {
  const label = 'latchkey handoff content v1';
  return { input: keyring.hash(`${label}\n${token}\n${code}`), label, about: id };
}
