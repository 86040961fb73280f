import { fitsShape } from './key-shape.ts';
import type { KeyShape } from './key-shape.ts';

const REDACTED = '[redacted]';
/** A shorter prefix begins too many words that are no keys. */
const PREFIX_CHARACTERS_MIN = 3;
/** What a key of another system can end at where it stands in a path, an agent or a tag. */
const WORD = /[^\s/?#&,;"'<>()]+/g;

/** `text` without the key that was presented, also percent-encoded, and without words that look like imported keys with a prefix.
 *  Of shapes without one nothing can be told from an ordinary word. Linear in the text. */
export function redactForeign(text: string, presented: string | null, shapes: readonly KeyShape[]): string {
  const prefixed = shapes.filter(({ prefix }) => prefix.length >= PREFIX_CHARACTERS_MIN);
  let redacted = text;
  if (presented !== null && presented !== '') {
    redacted = redacted.replaceAll(presented, REDACTED).replaceAll(encodeURIComponent(presented), REDACTED);
  }
  if (!prefixed.some(({ prefix }) => redacted.includes(prefix))) return redacted;
  return redacted.replaceAll(WORD, (word) => redactWord(word, prefixed));
}

/** A tag such as `key=acme_…` has the key at its end. */
function redactWord(word: string, shapes: readonly KeyShape[]): string {
  for (const shape of shapes) {
    const at = word.indexOf(shape.prefix);
    if (at !== -1 && fitsShape(shape, word.slice(at)))
      return `${word.slice(0, at)}${shape.prefix}${REDACTED}`;
  }
  return word;
}
