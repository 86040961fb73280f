/** One word of a query as it was typed: `-path:"/v1 x",/health`. Offsets count UTF-16 units of the whole text. */
export interface QueryWord {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly isNegated: boolean;
  /** What stands before the colon; null for plain text. */
  readonly name: string | null;
  /** What stands after it, by commas, without quotes; plain text is one value. */
  readonly values: readonly string[];
  /** A quote was opened and never closed. */
  readonly isOpen: boolean;
}

/** Splits a query into its words. Quotes keep spaces, commas and colons together; `\"` and `\\` inside them stand for themselves.
 *  Every character but white space between words belongs to exactly one word. Linear. */
export function splitQuery(text: string): readonly QueryWord[] {
  const words: QueryWord[] = [];
  let at = 0;
  while (at < text.length) {
    if (isSpace(text[at])) {
      at += 1;
      continue;
    }
    const word = readWord(text, at);
    words.push(word);
    at = word.end;
  }
  return words;
}

/** A value as it has to be typed to be read again as one value of a word. */
export function quoteValue(value: string): string {
  return value !== '' && !/[\s",\\]|^[<>=]/.test(value)
    ? value
    : `"${value.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
}

function readWord(text: string, start: number): QueryWord {
  const isNegated = text[start] === '-' && start + 1 < text.length && !isSpace(text[start + 1]);
  let at = isNegated ? start + 1 : start;
  const name = /^([A-Za-z]+):/.exec(text.slice(at, at + NAME_CHARACTERS_MAX + 1))?.[1] ?? null;
  if (name === null) {
    const { value, end, isOpen } = readValue(text, at, false);
    return { start, end, isNegated, name, values: [value], isOpen };
  }
  at += name.length + 1;
  const values: string[] = [];
  let isOpen = false;
  for (;;) {
    const read = readValue(text, at, true);
    values.push(read.value);
    isOpen ||= read.isOpen;
    at = read.end;
    if (text[at] !== ',') break;
    at += 1;
  }
  return { start, end: at, isNegated, name: name.toLowerCase(), values, isOpen };
}

/** The longest name of a field, so that a long text is not searched for a colon again and again. */
const NAME_CHARACTERS_MAX = 24;

function readValue(
  text: string,
  start: number,
  endsAtComma: boolean,
): { readonly value: string; readonly end: number; readonly isOpen: boolean } {
  let value = '';
  let isQuoted = false;
  let at = start;
  for (; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted && character === '\\' && /["\\]/.test(text[at + 1] ?? '')) {
      at += 1;
      value += text[at] ?? '';
    } else if (!isQuoted && (isSpace(character) || (endsAtComma && character === ','))) break;
    else value += character;
  }
  return { value, end: at, isOpen: isQuoted };
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}
