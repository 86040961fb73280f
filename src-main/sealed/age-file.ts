import { randomBytes } from '#main/platform/random.ts';
import { scryptStanza } from './scrypt-stanza.ts';

const SALT_BYTES = 16;

/** An armoured age file that the private part of `recipient` opens, and nothing else. Rejects for a text that is no recipient. */
export async function sealToRecipient(recipient: string, text: string): Promise<string> {
  // Here, not above: nobody needs it before the first sealed file.
  const { armor, Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await encrypter.encrypt(text));
}

/** An armoured age file that the passphrase opens. Takes a second or two beside the event loop; 256 MB meanwhile. */
export async function sealWithPassphrase(passphrase: string, text: string): Promise<string> {
  const { armor, Encrypter, Stanza } = await import('age-encryption');
  const encrypter = new Encrypter();
  encrypter.addRecipient({
    wrapFileKey: async (fileKey) => {
      const { args, body } = await scryptStanza(passphrase, fileKey, randomBytes(SALT_BYTES));
      return [new Stanza(args, body)];
    },
  });
  return armor.encode(await encrypter.encrypt(text));
}
