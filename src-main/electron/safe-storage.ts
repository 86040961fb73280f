import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import { fileSecretStore, type SecretStore } from '#main/platform/secret-store.ts';
import { StartError } from '#main/platform/start-error.ts';
import { writeFileAtomic } from '#main/platform/write-file-atomic.ts';

type Storage = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'
>;

/** Where the desktop app keeps the master secret: encrypted by the system's keychain in `master.safe`. A data directory that the
 *  headless server made keeps its `master.key`, and so does a system without a keychain; `warn` says so in plain words. */
export async function desktopSecretStore(
  storage: Storage,
  dataDirectory: string,
  warn: (text: string) => void,
): Promise<SecretStore> {
  const plain = join(dataDirectory, 'master.key');
  const sealed = join(dataDirectory, 'master.safe');
  if (existsSync(plain) && !existsSync(sealed)) return fileSecretStore(plain);
  if (!(await storage.isAsyncEncryptionAvailable())) {
    warn('This system offers no keychain: the master secret is kept in the file master.key.');
    return fileSecretStore(plain);
  }
  if (process.platform === 'linux' && storage.getSelectedStorageBackend() === 'basic_text') {
    warn(
      'No keychain service is running: the master secret is only obfuscated. Install GNOME Keyring or KWallet.',
    );
  }
  return {
    name: 'the system keychain',
    read: () => (existsSync(sealed) ? unseal(storage, readFileSync(sealed)) : Promise.resolve(null)),
    write: async (masterSecret) => {
      writeFileAtomic(sealed, await storage.encryptStringAsync(Buffer.from(masterSecret).toString('base64')));
    },
  };
}

async function unseal(storage: Storage, bytes: Buffer): Promise<Uint8Array> {
  try {
    const { result } = await storage.decryptStringAsync(bytes);
    return Buffer.from(result, 'base64');
  } catch (error) {
    throw Object.assign(
      new StartError(
        4,
        'The system keychain does not give the master secret back. Unlock the keychain of the user who made this data.',
      ),
      { cause: error },
    );
  }
}
