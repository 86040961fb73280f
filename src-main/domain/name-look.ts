import { PLAIN_OF } from './look-alikes.ts';

/** What a name looks like: as it is drawn, and as it is read without regard to case. Names of which either is the same can be taken for
 *  each other. */
export interface NameLook {
  readonly drawn: string;
  readonly read: string;
}

/** The look of a name: skeletons in the sense of UTS #39. White space counts as screens show it: a run of it is one space. */
export function lookOf(name: string): NameLook {
  const plain = plainLetters(name);
  return { drawn: skeleton(plain), read: skeleton(plainLetters(plain.toLowerCase())) };
}

/** Letters and signs that are drawn like plain ones and are others, each once, in order: none in "Café", "а" in a "Cafe" with a
 *  Cyrillic letter. */
export function foreignLetters(name: string): readonly string[] {
  const isForeign = (letter: string): boolean =>
    PLAIN_OF.has(letter) || letter.normalize('NFKC') !== letter.normalize('NFC');
  return [...new Set(name)].filter((letter) => !ASCII.test(letter) && isForeign(letter));
}

const ASCII = /^[ -~]*$/;
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

function plainLetters(text: string): string {
  if (ASCII.test(text)) return text.replaceAll('|', 'l').replaceAll('`', "'").replaceAll(/ {2,}/g, ' ');
  // Before compatibility decomposition, which takes some apart into a space and a mark, and after it, which makes plain what differs
  // in style alone.
  return exchanged(exchanged(text.replaceAll(UNSEEN, '')).normalize('NFKD'))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function exchanged(text: string): string {
  return Array.from(text, (letter) => PLAIN_OF.get(letter) ?? letter).join('');
}

/** Of plain letters and digits: one stroke, one ring, and two letters that run together. */
const STROKES: Readonly<Record<string, string>> = { I: 'l', '1': 'l', '0': 'O', m: 'rn' };

function skeleton(plain: string): string {
  return plain.replaceAll(/[I10m]/g, (letter) => STROKES[letter] ?? letter);
}
