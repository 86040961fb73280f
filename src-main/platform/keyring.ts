import { createHmac, createSecretKey, hash, hkdfSync } from 'node:crypto';
import { PepperRing, type Pepper } from './pepper-ring.ts';

/** Keyed hashes. The master secret stays inside; it is never in the database, a backup or a log. */
export interface Keyring {
  /** Under which secrets of keys and tokens are stored and looked up. */
  readonly peppers: PepperRing;
  /** The pepper that is made of the master secret, accepted or not. */
  readonly firstPepper: Pepper;
  /** HMAC-SHA-256 under the first pepper, which is as lasting as the master secret: 32 bytes, for seals, one-time texts and what lives no
   *  longer than the program. Never for a secret at rest. */
  readonly hash: (text: string) => Buffer;
  /** The same 32 bytes as a text of 32 characters, U+0000 to U+00FF: for the path of a verification, where a Buffer costs more
   *  than the hash itself. */
  readonly hashText: (text: string) => string;
  /** HMAC-SHA-256 under the audit key: 32 bytes. */
  readonly auditMac: (text: string) => Buffer;
  /** The first 128 bits of HMAC-SHA-256 under a key of its own, 22 characters of a URL: signs what refused callers may ask for. */
  readonly askMac: (text: string) => string;
  /** 32 hex characters that tell this master secret from another one; kept in the store, says nothing about the secret. */
  readonly fingerprint: string;
}

/** Bytes a master secret needs at least. */
export const MASTER_SECRET_BYTES_MIN = 32;
const PEPPER_VERSION = 1;
const ASK_MAC_BYTES = 16;

/** Derives pepper, audit key and ask key from the master secret (HKDF-SHA-256, one label each). */
export function createKeyring(masterSecret: Uint8Array): Keyring {
  const hashText = oneShotHmac(derive(masterSecret, `latchkey pepper v${String(PEPPER_VERSION)}`));
  const firstPepper = { version: PEPPER_VERSION, hashText };
  const askHash = oneShotHmac(derive(masterSecret, 'latchkey ask v1'));
  // A key object, because a Buffer is wrapped into one at every call: 16 µs a hash instead of 3.
  const auditKey = createSecretKey(derive(masterSecret, 'latchkey audit v1'));
  return {
    firstPepper,
    peppers: new PepperRing(firstPepper),
    hash: (text) => Buffer.from(hashText(text), 'latin1'),
    hashText,
    auditMac: (text) => createHmac('sha256', auditKey).update(text, 'utf8').digest(),
    askMac: (text) => Buffer.from(askHash(text), 'latin1').toString('base64url', 0, ASK_MAC_BYTES),
    fingerprint: derive(masterSecret, 'latchkey fingerprint v1').toString('hex').slice(0, 32),
  };
}

/** A pepper out of its own secret. */
export function createPepper(version: number, secret: Uint8Array): Pepper {
  return { version, hashText: oneShotHmac(derive(secret, 'latchkey rotated pepper v1')) };
}

function derive(masterSecret: Uint8Array, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterSecret, '', label, 32));
}

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
/** Texts up to here are hashed in the prepared room; keys and tokens have at most 110 bytes. */
const PREPARED_BYTES_MAX = 512;
/** No UTF-16 unit of a text has more bytes in UTF-8. */
const UTF8_BYTES_MAX = 3;

/** HMAC-SHA-256 (RFC 2104) out of two one-shot hashes over prepared blocks: 1 µs instead of 3, most of which is the making of
 *  the Hmac object. `key` has at most 64 bytes. */
function oneShotHmac(key: Buffer): (text: string) => string {
  const inner = paddedBlock(key, 0x36, PREPARED_BYTES_MAX);
  const outer = paddedBlock(key, 0x5c, HASH_BYTES);
  const keyObject = createSecretKey(key);
  // One view for each length, because making a view costs as much as hashing it.
  const views: Buffer[] = [];
  return (text) => {
    if (text.length * UTF8_BYTES_MAX > PREPARED_BYTES_MAX) {
      return createHmac('sha256', keyObject).update(text, 'utf8').digest('binary');
    }
    const length = BLOCK_BYTES + inner.write(text, BLOCK_BYTES, 'utf8');
    const view = (views[length] ??= inner.subarray(0, length));
    outer.write(hash('sha256', view, 'binary'), BLOCK_BYTES, 'latin1');
    // The text is a secret: it does not stay.
    inner.fill(0, BLOCK_BYTES, length);
    return hash('sha256', outer, 'binary');
  };
}

function paddedBlock(key: Buffer, pad: number, extraBytes: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES + extraBytes);
  for (let index = 0; index < BLOCK_BYTES; index += 1) block[index] = (key[index] ?? 0) ^ pad;
  return block;
}
