import { CODE_WORDS } from './code-words.ts';

/** Words of a code: 6 × 9 bits = 54 bits. Five tries hit one with a chance of 3 in 10^16; without the link's token and the pepper
 *  there is nothing to try a guess against. */
export const CODE_WORD_COUNT = 6;
/** Longer texts are no code. */
export const CODE_CHARACTERS_MAX = 120;
/** Base62 characters of a link's token: 256 bits. As long as the secret of a key, so that the access log takes it out of paths. */
export const TOKEN_CHARACTERS = 43;

const BYTES_A_WORD = 2;

/** A new code: `amber-canal-otter-prism-lotus-tiger`. Every word is equally likely when `nextBytes` gives uniform random bytes: 512
 *  divides the values of two bytes. */
export function makeCode(nextBytes: (count: number) => Uint8Array, wordCount = CODE_WORD_COUNT): string {
  const bytes = nextBytes(wordCount * BYTES_A_WORD);
  const words: string[] = [];
  for (let index = 0; index < wordCount; index += 1) {
    const value = (bytes[index * BYTES_A_WORD] ?? 0) * 256 + (bytes[index * BYTES_A_WORD + 1] ?? 0);
    words.push(CODE_WORDS[value % CODE_WORDS.length] ?? '');
  }
  return words.join('-');
}

/** What somebody typed, as makeCode writes it: case, spaces, commas and line breaks do not matter. */
export function tidyCode(typed: string): string {
  return typed
    .slice(0, CODE_CHARACTERS_MAX)
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
    .join('-');
}
