import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, it } from 'vitest';
import { readAgeRecipient } from './age-recipient.ts';

const whyNot = (text: string): string => {
  const read = readAgeRecipient(text);
  return read.kind === 'refused' ? read.why : '';
};

it('recipients that age makes are read, with spaces around them and in capitals', async () => {
  const recipient = await identityToRecipient(await generateX25519Identity());
  const longOne = await identityToRecipient(await generateHybridIdentity());
  for (const text of [recipient, `  ${recipient}\n`, recipient.toUpperCase()]) {
    expect(readAgeRecipient(text)).toEqual({ kind: 'key', recipient });
  }
  expect(readAgeRecipient(longOne)).toEqual({ kind: 'key', recipient: longOne });
  // As long as the contract reads.
  expect(longOne.length).toBeLessThanOrEqual(2_048);
});

it('one wrong character anywhere is found', async () => {
  const recipient = await identityToRecipient(await generateX25519Identity());
  for (let at = 4; at < recipient.length; at += 1) {
    const wrong = `${recipient.slice(0, at)}${recipient[at] === 'q' ? 'p' : 'q'}${recipient.slice(at + 1)}`;
    expect(whyNot(wrong)).toContain('checksum');
  }
});

it('a private key, an SSH key and other texts are refused by name, and never repeated', async () => {
  const identity = await generateX25519Identity();
  expect(whyNot(identity)).toContain('private key');
  expect(whyNot(`# created today\n${identity.toLowerCase()}`)).toContain('private key');
  expect(whyNot(identity)).not.toContain(identity.slice(16));
  expect(whyNot('ssh-ed25519 AAAAC3Nza')).toContain('SSH');
  expect(whyNot('age1short')).toContain('62 characters');
  expect(whyNot('')).toContain('age1');
});
