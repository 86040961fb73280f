import { existsSync, readFileSync } from 'node:fs';
import type { SecretStore } from './secret-store.ts';
import { StartError } from './start-error.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

/** The system's keychain: turns text into bytes that only this user of this system can turn back. */
export interface Seal {
  readonly seal: (text: string) => Promise<Uint8Array>;
  readonly unseal: (sealed: Buffer) => Promise<string>;
}

/** The master secret in a file, sealed by the system's keychain. Reading throws StartError(4) when it cannot be unsealed. */
export function sealedSecretStore(path: string, { seal, unseal }: Seal): SecretStore {
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
