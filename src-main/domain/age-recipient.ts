/** What a text is that somebody gave as the key of a recipient. Only `key` can be sealed to. */
export type AgeRecipient =
  { readonly kind: 'key'; readonly recipient: string } | { readonly kind: 'refused'; readonly why: string };

/** Characters behind `age1` of an X25519 and of a hybrid post-quantum recipient, checksum included. */
const X25519_SHAPE = /^age1[02-9ac-hj-np-z]{58}$/;
const HYBRID_SHAPE = /^age1pq1[02-9ac-hj-np-z]{1900,2000}$/;
const CHARSET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
/** Bech32 (BIP 173): the remainder of a text whose checksum is right. */
const RIGHT_REMAINDER = 1;
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Reads the public key of a recipient, `age1…`. A private key, a key of another tool and a text with a slip are told apart, and no
 *  answer repeats the text: it may be a secret. Does not say whose key it is. */
export function readAgeRecipient(text: string): AgeRecipient {
  const tidy = text.trim();
  if (/age-secret-key-/i.test(tidy)) {
    return refused(
      'This is the private key. Nobody but its owner may have it: ask the partner to make a new pair, and for the line that begins with age1.',
    );
  }
  if (/^ssh-/.test(tidy)) {
    return refused('This is an SSH key. Ask for the line that begins with age1, which age-keygen prints.');
  }
  const lower = tidy === tidy.toUpperCase() ? tidy.toLowerCase() : tidy;
  if (!X25519_SHAPE.test(lower) && !HYBRID_SHAPE.test(lower)) {
    return refused('This is no age recipient. It is one line that begins with age1 and has 62 characters.');
  }
  if (!hasRightChecksum(lower)) {
    return refused('A character of this recipient key is wrong: its checksum does not fit. Copy it again.');
  }
  return { kind: 'key', recipient: lower };
}

function refused(why: string): AgeRecipient {
  return { kind: 'refused', why };
}

function hasRightChecksum(text: string): boolean {
  const split = text.lastIndexOf('1');
  const prefix = [...text.slice(0, split)].map((letter) => letter.charCodeAt(0));
  const data = [...text.slice(split + 1)].map((letter) => CHARSET.indexOf(letter));
  const values = [...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31), ...data];
  return values.reduce(checksumStep, RIGHT_REMAINDER) === RIGHT_REMAINDER;
}

function checksumStep(checksum: number, value: number): number {
  const top = checksum >>> 25;
  return GENERATOR.reduce(
    (sum, generator, bit) => (((top >>> bit) & 1) === 1 ? sum ^ generator : sum),
    ((checksum & 0x1ffffff) << 5) ^ value,
  );
}
