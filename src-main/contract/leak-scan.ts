import {
  LEAK_FORM_CHARACTERS_MAX,
  readBase64,
  readEscaped,
  readLeakAt,
  readUtf16,
  type LeakForm,
  type ReadLeak,
} from './leak-forms.ts';

/** A key or token in a text, and where. */
export interface LeakFinding extends Omit<ReadLeak, 'length'> {
  readonly form: LeakForm;
  /** From 1, in lines and characters of what was pushed. */
  readonly line: number;
  readonly column: number;
}

/** Where something may begin: in plain text or escaped, in UTF-16, and in base64 in each of its three alignments (`lk_`, `lks`,
 *  `lka`, `lke` at the start of a group; from its second byte on; from its third byte on, with what must follow). */
const ANCHOR =
  /lk[sae]?(?:_|%(?:25)*5[Ff]|\\u005[Ff]|=5F)|(?:%6[Cc]%6[Bb])|(?:\\u006[cC]\\u006[bB])|l\0k\0[_sae]|bGt[fzhl]|xr(?:X[23]|c1|[YZ]V)|sa(?:19[s0]|3Nf|2[FV]f)/g;
const BASE64_ANCHOR = /bGt[fzhl]|xr(?:X[23]|c1|[YZ]V)|sa(?:19[s0]|3Nf|2[FV]f)/g;
const ANCHOR_CHARACTERS = 5;
/** Shorter lines are no wrapped base64. */
const WRAPPED_CHARACTERS_MIN = 60;
const BASE64_CHARACTER = /[0-9A-Za-z+/_-]/;
const NEWLINE = 10;

interface Hit {
  readonly at: number;
  readonly form: LeakForm;
  readonly read: ReadLeak;
}

/** Finds keys and tokens in a stream of text, by shape and checksum alone. Keeps LEAK_FORM_CHARACTERS_MAX characters between two
 *  pushes, however long the text is: what lies over the border of two is found all the same. Linear. */
export class LeakScanner {
  readonly #onFound: (finding: LeakFinding) => void;
  #rest = '';
  /** Line breaks before `#rest`. */
  #lines = 0;
  /** Characters of the line in which `#rest` begins that came before it. */
  #columns = 0;

  /** `onFound` is told every place, in order. */
  constructor(onFound: (finding: LeakFinding) => void) {
    this.#onFound = onFound;
  }

  /** The next part; of bytes, one character each. */
  push(text: string): void {
    this.#scan(this.#rest + text, false);
  }

  /** That was all; the scanner is ready for another text. */
  end(): void {
    this.#scan(this.#rest, true);
    this.#rest = '';
    this.#lines = 0;
    this.#columns = 0;
  }

  #scan(text: string, isLast: boolean): void {
    // What begins behind this may go on in the next part.
    const limit = isLast ? text.length : text.length - LEAK_FORM_CHARACTERS_MAX;
    if (limit <= 0) {
      this.#rest = text;
      return;
    }
    const hits = [...anchored(text, limit), ...overBreaks(text, limit, -this.#columns)].sort(
      (a, b) => a.at - b.at,
    );
    const place = new Place(this.#lines, this.#columns);
    let end = limit;
    for (const { at, form, read } of hits) {
      const { length, ...leak } = read;
      this.#onFound({ ...leak, form, ...place.moveTo(text, at) });
      end = Math.max(end, Math.min(at + length, text.length));
    }
    const { line, column } = place.moveTo(text, end);
    this.#lines = line - 1;
    this.#columns = column - 1;
    this.#rest = text.slice(end);
  }
}

/** Counts lines and characters forward. */
class Place {
  #line: number;
  /** May lie before the text. */
  #lineStart: number;
  #at = 0;

  constructor(lines: number, columns: number) {
    this.#line = lines + 1;
    this.#lineStart = -columns;
  }

  moveTo(text: string, at: number): { readonly line: number; readonly column: number } {
    for (
      let next = text.indexOf('\n', this.#at);
      next !== -1 && next < at;
      next = text.indexOf('\n', next + 1)
    ) {
      this.#line += 1;
      this.#lineStart = next + 1;
    }
    this.#at = Math.max(this.#at, at);
    return { line: this.#line, column: at - this.#lineStart + 1 };
  }
}

function anchored(text: string, limit: number): readonly Hit[] {
  const hits: Hit[] = [];
  const anchor = new RegExp(ANCHOR);
  for (let found = anchor.exec(text); found !== null && found.index < limit; found = anchor.exec(text)) {
    const hit = readAny(text, found.index);
    if (hit === null) continue;
    hits.push(hit);
    anchor.lastIndex = Math.max(anchor.lastIndex, hit.at + hit.read.length);
  }
  return hits;
}

function readAny(text: string, at: number): Hit | null {
  const first = text.charAt(at);
  if (first === 'l') {
    if (text.charCodeAt(at + 1) === 0) return hitOf(at, 'utf16', readUtf16(text, at));
    const plain = readLeakAt(text, at);
    if (plain?.state === 'whole') return { at, form: 'plain', read: plain };
    // A key that is broken by a soft line break begins as a public part.
    return hitOf(at, 'escaped', readEscaped(text, at)) ?? hitOf(at, 'plain', plain);
  }
  if (first === '%' || first === '\\') return hitOf(at, 'escaped', readEscaped(text, at));
  return hitOf(at, 'base64', readBase64(text, at));
}

function hitOf(at: number, form: LeakForm, read: ReadLeak | null): Hit | null {
  return read === null ? null : { at, form, read };
}

/** Base64 whose anchor itself is broken by the end of a line. */
function overBreaks(text: string, limit: number, firstLineStart: number): readonly Hit[] {
  const hits: Hit[] = [];
  let lineStart = firstLineStart;
  for (let end = text.indexOf('\n'); end !== -1 && end < limit; end = text.indexOf('\n', end + 1)) {
    if (end - lineStart >= WRAPPED_CHARACTERS_MIN) {
      const hit = overBreak(text, end);
      if (hit !== null) hits.push(hit);
    }
    lineStart = end + 1;
  }
  return hits;
}

function overBreak(text: string, newline: number): Hit | null {
  const lineEnd = text.charCodeAt(newline - 1) === 13 ? newline - 1 : newline;
  let next = newline + 1;
  while (isBlank(text.charCodeAt(next))) next += 1;
  if (!BASE64_CHARACTER.test(text.charAt(lineEnd - 1)) || !BASE64_CHARACTER.test(text.charAt(next)))
    return null;
  const before = text.slice(lineEnd - ANCHOR_CHARACTERS + 1, lineEnd);
  const window = before + text.slice(next, next + ANCHOR_CHARACTERS - 1);
  const anchor = new RegExp(BASE64_ANCHOR);
  for (let found = anchor.exec(window); found !== null; found = anchor.exec(window)) {
    const isOverBreak = found.index < before.length && found.index + found[0].length > before.length;
    if (!isOverBreak) continue;
    const at = lineEnd - before.length + found.index;
    const hit = hitOf(at, 'base64', readBase64(text, at));
    if (hit !== null) return hit;
  }
  return null;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === NEWLINE;
}
