import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import { sealedSecretStore } from '#main/platform/sealed-secret-store.ts';
import { fileSecretStore, type SecretStore } from '#main/platform/secret-store.ts';

/** Where the desktop app keeps the master secret: sealed by the system's keychain in `master.safe`. A data directory that the
 *  headless server made keeps its `master.key`, and so does a system without a keychain; `warn` says so in plain words. */
export async function desktopSecretStore(
  storage: SafeStorage,
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
      'No keychain service is running: the master secret is only obscured. Install GNOME Keyring or KWallet.',
    );
  }
  return sealedSecretStore(sealed, {
    seal: (text) => storage.encryptStringAsync(text),
    unseal: async (bytes) => (await storage.decryptStringAsync(bytes)).result,
  });
}
