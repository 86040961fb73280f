import { lstatSync, readFileSync } from 'node:fs';
import { errorCode } from './error-code.ts';
import { MASTER_SECRET_BYTES_MIN } from './keyring.ts';
import { StartError } from './start-error.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

/** Where the master secret is kept. Electron brings its own (the keychain of the system). */
export interface SecretStore {
  /** For messages: `master.key`, `LATCHKEY_PEPPER`, `the system keychain`. */
  readonly name: string;
  /** null when there is none yet. Throws StartError when it is there and cannot be used. */
  readonly read: () => Promise<Uint8Array | null>;
  /** Keeps a new secret. Throws when it could not be kept. */
  readonly write: (masterSecret: Uint8Array) => Promise<void>;
}

/** Base64 text in a file that only its owner may read. */
export function fileSecretStore(path: string): SecretStore {
  return {
    name: 'master.key',
    read: () => Promise.resolve(readMasterFile(path)),
    write: (masterSecret) => {
      writeFileAtomic(path, `${Buffer.from(masterSecret).toString('base64')}\n`);
      return Promise.resolve();
    },
  };
}

/** The value of LATCHKEY_PEPPER: at least 32 bytes as base64 or hex. Throws StartError(2) when it is not. */
export function givenSecretStore(value: string): SecretStore {
  const masterSecret = decodeSecret(value);
  if (masterSecret === null) {
    throw new StartError(
      2,
      'LATCHKEY_PEPPER is not usable: give at least 32 random bytes as base64 or hex, for example from "openssl rand -base64 32".',
    );
  }
  return {
    name: 'LATCHKEY_PEPPER',
    read: () => Promise.resolve(masterSecret),
    write: () => Promise.reject(new Error('LATCHKEY_PEPPER is given from outside and cannot be written.')),
  };
}

function readMasterFile(path: string): Uint8Array | null {
  let stat;
  try {
    stat = lstatSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
  if (!stat.isFile())
    throw new StartError(4, `${path} is not a plain file. Put the original master.key back.`);
  // Whoever could read it may hold a copy: tightening the mode silently would hide that.
  if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) {
    throw new StartError(
      4,
      `${path} can be read by other users. Make it private with "chmod 600", and rotate all keys if somebody may have read it.`,
    );
  }
  const masterSecret = decodeSecret(readFileSync(path, 'utf8').trim());
  if (masterSecret === null) {
    throw new StartError(4, `${path} does not hold a master secret. Put the original master.key back.`);
  }
  return masterSecret;
}

function decodeSecret(text: string): Uint8Array | null {
  const bytes = /^(?:[0-9a-fA-F]{2})+$/.test(text)
    ? Buffer.from(text, 'hex')
    : /^[0-9A-Za-z+/_-]+={0,2}$/.test(text)
      ? Buffer.from(text, 'base64')
      : null;
  return bytes !== null && bytes.length >= MASTER_SECRET_BYTES_MIN ? bytes : null;
}
