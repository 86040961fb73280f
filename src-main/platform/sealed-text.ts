import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { randomBytes } from './random.ts';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = SALT_BYTES + NONCE_BYTES + TAG_BYTES;

/** What seals a text. No slow derivation: `input` must already hold 256 bits that cannot be guessed. */
export interface Seal {
  readonly input: Buffer;
  /** Keeps seals of one purpose from opening those of another. */
  readonly label: string;
  /** What the text belongs to: elsewhere it does not open. */
  readonly about: string;
}

/** Encrypts and authenticates a text (AES-256-GCM under a key of its own): salt, nonce, tag, text. */
export function sealText(seal: Seal, text: string): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOf(seal, salt), nonce);
  cipher.setAAD(Buffer.from(seal.about));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), sealed]);
}

/** The text; null when it was sealed otherwise, or changed. */
export function openText(seal: Seal, sealed: Buffer): string | null {
  if (sealed.length < HEAD_BYTES) return null;
  const salt = sealed.subarray(0, SALT_BYTES);
  const nonce = sealed.subarray(SALT_BYTES, SALT_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, keyOf(seal, salt), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(seal.about));
  decipher.setAuthTag(sealed.subarray(SALT_BYTES + NONCE_BYTES, HEAD_BYTES));
  const text = decipher.update(sealed.subarray(HEAD_BYTES), undefined, 'utf8');
  try {
    return text + decipher.final('utf8');
  } catch {
    // The tag does not fit: the answer to the question is no.
    return null;
  }
}

function keyOf({ input, label }: Seal, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', input, salt, label, KEY_BYTES));
}
