import { createCipheriv, scrypt } from 'node:crypto';

/** log2 of the cost of guessing a passphrase; age's own default. 256 MB and about a second of one processor for each guess. */
export const SCRYPT_WORK_FACTOR = 18;

const LABEL = 'age-encryption.org/v1/scrypt';
const BLOCK_SIZE = 8;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** scrypt takes 128 × N × r bytes; the rest is room for its own. */
const MEMORY_BYTES_MAX = 128 * 2 ** SCRYPT_WORK_FACTOR * BLOCK_SIZE + 2 ** 20;

/** The stanza of an age file that opens with a passphrase: what the format calls it, and the wrapped key of the file. The derivation
 *  runs on a thread of Node's pool, where age-encryption's own would hold up every verification for a second or two. */
export async function scryptStanza(
  passphrase: string,
  fileKey: Uint8Array,
  salt: Uint8Array,
): Promise<{ readonly args: string[]; readonly body: Uint8Array }> {
  const wrapKey = await deriveKey(passphrase, Buffer.concat([Buffer.from(LABEL), salt]));
  const cipher = createCipheriv('chacha20-poly1305', wrapKey, Buffer.alloc(NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  const body = Buffer.concat([cipher.update(fileKey), cipher.final()]);
  const saltText = Buffer.from(salt).toString('base64').replaceAll('=', '');
  return {
    args: ['scrypt', saltText, String(SCRYPT_WORK_FACTOR)],
    body: new Uint8Array(Buffer.concat([body, cipher.getAuthTag()])),
  };
}

function deriveKey(passphrase: string, salt: Uint8Array): Promise<Buffer> {
  const cost = { N: 2 ** SCRYPT_WORK_FACTOR, r: BLOCK_SIZE, p: 1, maxmem: MEMORY_BYTES_MAX };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, cost, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
