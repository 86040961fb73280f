import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { HandoffId } from '#contract/ids.ts';
import type { Keyring } from '#main/platform/keyring.ts';
import { randomBytes } from '#main/platform/random.ts';

/** Who has these two can reveal the content, once. Neither is stored. */
export interface LinkAndCode {
  /** From the link. */
  readonly token: string;
  /** As makeCode writes it. */
  readonly code: string;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = SALT_BYTES + NONCE_BYTES + TAG_BYTES;

/** Encrypts a secret so that link, code and pepper are needed together to read it: the store alone, or the store with the link, is
 *  not enough. No slow derivation: the token has 256 random bits, and the page that takes codes would be slow for everybody. */
export function sealContent(
  keyring: Keyring,
  parts: LinkAndCode & { readonly id: HandoffId; readonly secret: string },
): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, contentKey(keyring, parts, salt), nonce);
  cipher.setAAD(Buffer.from(parts.id));
  const sealed = Buffer.concat([cipher.update(parts.secret, 'utf8'), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), sealed]);
}

/** The secret; null when link and code are not those it was sealed with. */
export function openContent(
  keyring: Keyring,
  parts: LinkAndCode & { readonly id: HandoffId; readonly sealed: Buffer },
): string | null {
  const salt = parts.sealed.subarray(0, SALT_BYTES);
  const nonce = parts.sealed.subarray(SALT_BYTES, SALT_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, contentKey(keyring, parts, salt), nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(parts.id));
  decipher.setAuthTag(parts.sealed.subarray(SALT_BYTES + NONCE_BYTES, HEAD_BYTES));
  const text = decipher.update(parts.sealed.subarray(HEAD_BYTES), undefined, 'utf8');
  try {
    return text + decipher.final('utf8');
  } catch {
    // The tag does not fit: the answer to the question is no.
    return null;
  }
}

/** Under which a link's token is looked up: 32 bytes. */
export function tokenHash(keyring: Keyring, token: string): Buffer {
  return keyring.hash(`latchkey handoff token v1\n${token}`);
}

function contentKey(keyring: Keyring, { token, code }: LinkAndCode, salt: Uint8Array): Buffer {
  const input = keyring.hash(`latchkey handoff content v1\n${token}\n${code}`);
  return Buffer.from(hkdfSync('sha256', input, salt, 'latchkey handoff content v1', KEY_BYTES));
}
