import type { SealedFile, SealedHandoff } from '#contract/sealed.ts';

/** A message to the recipient that is ready to copy: what the file is and how to open it. It holds neither the words nor the key. */
export function openingMessage({ handoff, passphrase }: SealedHandoff, file: SealedFile): string {
  return `Hello ${handoff.recipientName},

attached is your API key “${handoff.keyName}”, locked into the file ${file.name}.

${howToOpen(file, passphrase !== null)}`;
}

function howToOpen({ name, mediaType }: SealedFile, hasWords: boolean): string {
  if (mediaType === 'text/html') {
    return 'Open it in a browser and enter the eight words that I send you by another way. It works without network.';
  }
  if (hasWords) {
    return `Open it with age (https://age-encryption.org): age -d ${name}
It asks for the eight words that I send you by another way, with their hyphens.`;
  }
  return `Open it with age and your private key: age -d -i YOUR-IDENTITY-FILE ${name}`;
}
