import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileSecretStore, type SecretStore } from './secret-store.ts';
import { StartError } from './start-error.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

/** The system's keychain: turns text into bytes that only this user of this system can turn back. */
export interface Seal {
  readonly seal: (text: string) => Promise<Uint8Array>;
  readonly unseal: (sealed: Buffer) => Promise<string>;
  /** `obscured`: there is no keychain service, and anybody who can read the file can unseal it. */
  readonly strength: 'sealed' | 'obscured' | 'none';
}

/** Where a host with a keychain keeps the master secret: sealed in `master.safe`. A directory that has a `master.key` already keeps
 *  it, and so does a system without a keychain; `warn` says in plain words what is not as it should be. */
export function keychainSecretStore(
  dataDirectory: string,
  seal: Seal,
  warn: (text: string) => void,
): SecretStore {
  const plain = join(dataDirectory, 'master.key');
  const sealed = join(dataDirectory, 'master.safe');
  if (existsSync(plain) && !existsSync(sealed)) return fileSecretStore(plain);
  if (seal.strength === 'none') {
    warn('This system offers no keychain: the master secret is kept in the file master.key.');
    return fileSecretStore(plain);
  }
  if (seal.strength === 'obscured') {
    warn(
      'No keychain service is running: the master secret is only obscured. Install GNOME Keyring or KWallet.',
    );
  }
  return sealedSecretStore(sealed, seal);
}

function sealedSecretStore(path: string, { seal, unseal }: Seal): SecretStore {
  return {
    name: 'the system keychain',
    read: async () => {
      if (!existsSync(path)) return null;
      const sealed = readFileSync(path);
      const text = await unseal(sealed).catch(() => {
        throw new StartError(
          4,
          'The system keychain does not give the master secret back. Unlock the keychain of the user who made this data, and start again.',
        );
      });
      return Buffer.from(text, 'base64');
    },
    write: async (masterSecret) => {
      writeFileAtomic(path, await seal(Buffer.from(masterSecret).toString('base64')));
    },
  };
}
