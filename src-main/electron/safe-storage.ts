import type { SafeStorage } from 'electron';
import type { Seal } from '#main/platform/sealed-secret-store.ts';

/** The system's keychain, as Electron reaches it. Works once the app is ready. */
export async function keychainSeal(storage: SafeStorage): Promise<Seal> {
  const isAvailable = await storage.isAsyncEncryptionAvailable();
  const isWeak = process.platform === 'linux' && storage.getSelectedStorageBackend() === 'basic_text';
  return {
    seal: (text) => storage.encryptStringAsync(text),
    unseal: async (bytes) => (await storage.decryptStringAsync(bytes)).result,
    strength: isAvailable ? (isWeak ? 'obscured' : 'sealed') : 'none',
  };
}
