import { createCipheriv, pbkdf2 } from 'node:crypto';
import { randomBytes } from '#main/platform/random.ts';

/** Rounds of PBKDF2 with SHA-256, as OWASP recommends since 2023. Browsers have no scrypt; the words carry 72 bits besides. */
export const PBKDF2_ROUNDS = 600_000;

const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const KEY_BYTES = 32;

/** What a page needs beside the words to open its content; Base64. `body` ends with the tag, as WebCrypto wants it. */
export interface PageContent {
  readonly rounds: number;
  readonly salt: string;
  readonly nonce: string;
  readonly body: string;
}

/** Encrypts for a page that opens itself: PBKDF2 and AES-256-GCM, which every browser has. Some tenths of a second beside the event
 *  loop. */
export async function sealForPage(passphrase: string, text: string): Promise<PageContent> {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, salt), nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return { rounds: PBKDF2_ROUNDS, salt: base64(salt), nonce: base64(nonce), body: base64(body) };
}

function deriveKey(passphrase: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    pbkdf2(passphrase, salt, PBKDF2_ROUNDS, KEY_BYTES, 'sha256', (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
