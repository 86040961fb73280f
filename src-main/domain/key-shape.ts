/** Which characters the texts of a shape have. From narrow to wide. */
const ALPHABETS = {
  digits: { size: 10, pattern: /^[0-9]*$/ },
  hex: { size: 16, pattern: /^[0-9a-f]*$/ },
  base36: { size: 36, pattern: /^[0-9a-z]*$/ },
  base62: { size: 62, pattern: /^[0-9A-Za-z]*$/ },
  base64: { size: 64, pattern: /^[0-9A-Za-z+/=_-]*$/ },
  visible: { size: 94, pattern: /^[!-~]*$/ },
} as const;
export type Alphabet = keyof typeof ALPHABETS;
const ALPHABET_NAMES: readonly Alphabet[] = ['digits', 'hex', 'base36', 'base62', 'base64', 'visible'];

/** What key texts of one origin look like. `hashKind` says whether some of them may still be stored as bare SHA-256. */
export interface KeyShape {
  /** All of them begin with it; never part of a secret. */
  readonly prefix: string;
  /** Of the whole text. */
  readonly lengthMin: number;
  readonly lengthMax: number;
  /** Of what follows the prefix. */
  readonly alphabet: Alphabet;
  readonly hashKind: 'hmac' | 'sha256';
}

/** Bits that a secret needs, guessed from its length and characters. */
const ENTROPY_BITS_MIN = 80;
/** Of fewer different characters nothing random is made. */
const DISTINCT_CHARACTERS_MIN = 8;
const PREFIX_CHARACTERS_MAX = 16;

/** Can the text be a key of this shape? Linear, and needs nothing but the two. */
export function fitsShape(shape: KeyShape, text: string): boolean {
  const { prefix, lengthMin, lengthMax, alphabet } = shape;
  if (text.length < lengthMin || text.length > lengthMax || !text.startsWith(prefix)) return false;
  return ALPHABETS[alphabet].pattern.test(text.slice(prefix.length));
}

/** The narrowest shape that all the texts have; null for none. A prefix is what several texts share up to a separator such as `_`
 *  within the first 16 characters: a single text has none, because that could be its secret. */
export function shapeOf(texts: readonly string[]): Omit<KeyShape, 'hashKind'> | null {
  const [first] = texts;
  if (first === undefined) return null;
  const prefix = new Set(texts).size < 2 ? '' : sharedPrefix(first, texts);
  const lengths = texts.map((text) => text.length);
  const alphabet = ALPHABET_NAMES.find((name) =>
    texts.every((text) => ALPHABETS[name].pattern.test(text.slice(prefix.length))),
  );
  if (alphabet === undefined) return null;
  return {
    prefix,
    lengthMin: lengths.reduce((least, length) => Math.min(least, length)),
    lengthMax: lengths.reduce((most, length) => Math.max(most, length)),
    alphabet,
  };
}

/** Why a text is too easily guessed to be a key, as a sentence; null when it is not. `secret` is what follows the prefix. */
export function weaknessOf(secret: string): string | null {
  const name = ALPHABET_NAMES.find((one) => ALPHABETS[one].pattern.test(secret));
  if (name === undefined) return 'A key has visible ASCII characters only.';
  const bits = Math.floor(secret.length * Math.log2(ALPHABETS[name].size));
  if (bits < ENTROPY_BITS_MIN) {
    return `This key is too short: at most ${String(bits)} bits, at least ${String(ENTROPY_BITS_MIN)} are needed. Give it a new one.`;
  }
  if (new Set(secret).size >= Math.min(DISTINCT_CHARACTERS_MIN, ALPHABETS[name].size)) return null;
  return 'This key repeats a few characters and is too easily guessed. Give it a new one.';
}

function sharedPrefix(first: string, texts: readonly string[]): string {
  let length = Math.min(PREFIX_CHARACTERS_MAX, first.length);
  for (const text of texts) while (!text.startsWith(first.slice(0, length))) length -= 1;
  return /^.*[_.:-]/.exec(first.slice(0, length))?.[0] ?? '';
}
