import { crc32 } from './crc32.ts';
import { keyId as keyIdSchema, type KeyId } from './ids.ts';

/** What else than a key can leak: the tokens of services, admins and builds. */
export const LEAK_KINDS = ['key', 'service_token', 'admin_token', 'enrolment_token'] as const;
export type LeakKind = (typeof LEAK_KINDS)[number];

/** How a secret was written down. `escaped`: percent-encoded, as `\u005f`, or quoted-printable. */
export const LEAK_FORMS = ['plain', 'escaped', 'utf16', 'base64'] as const;
export type LeakForm = (typeof LEAK_FORMS)[number];

/** What stands at one place of a text. */
export interface ReadLeak {
  readonly kind: LeakKind;
  /** `whole`: its checksum fits. `mistyped`: the shape of one, the checksum does not fit. `public`: a key's prefix and id alone. */
  readonly state: 'whole' | 'mistyped' | 'public';
  /** What may be shown: prefix and key id, `lk_live_datafeed_k7Qd2mX9pR4t`, or `lks_trade`, `lka`, `lke`. */
  readonly name: string;
  readonly keyId: KeyId | null;
  /** The whole text of a `whole` one: secret, hash it and forget it. Else empty. */
  readonly secret: string;
  /** Characters that it takes in the text that was read. */
  readonly length: number;
}

/** The longest key: `lk_live_`, a slug of 24, key id, secret and checksum, with their underscores. */
const LEAK_CHARACTERS_MAX = 95;
/** As far as any form of it goes: each character as `\u0000`, or base64 with line breaks and indents. */
export const LEAK_FORM_CHARACTERS_MAX = 1_024;

const PUBLIC_PART = /^lk_(?:live|test)_[a-z0-9]{2,24}_([0-9A-Za-z]{12})(?![0-9A-Za-z])/;
const TOKEN_START = /^lk(?:s_[a-z0-9]{2,24}|a|e)(?=_)/;
const SECRET_PART = /^_[0-9A-Za-z]{49}/;
const TOKEN_KINDS: Readonly<Record<string, LeakKind>> = {
  s: 'service_token',
  a: 'admin_token',
  e: 'enrolment_token',
};

/** The key or token that begins at `at`; null when none does. Looks at LEAK_CHARACTERS_MAX characters. */
export function readLeakAt(text: string, at: number): ReadLeak | null {
  const piece = text.slice(at, at + LEAK_CHARACTERS_MAX);
  const isKey = piece.startsWith('lk_');
  const start = (isKey ? PUBLIC_PART : TOKEN_START).exec(piece);
  if (start === null) return null;
  const name = start[0];
  const kind = isKey ? 'key' : (TOKEN_KINDS[piece.charAt(2)] ?? 'key');
  const keyId = isKey ? keyIdSchema.parse(start[1]) : null;
  const secretPart = SECRET_PART.exec(piece.slice(name.length));
  if (secretPart === null) {
    return isKey ? { kind, state: 'public', name, keyId, secret: '', length: name.length } : null;
  }
  const whole = name + secretPart[0];
  const { length } = whole;
  if (!checksumFits(whole)) return { kind, state: 'mistyped', name, keyId, secret: '', length };
  return { kind, state: 'whole', name, keyId, secret: whole, length };
}

const CHECKSUM_CHARACTERS = 6;

function checksumFits(text: string): boolean {
  const end = text.length - CHECKSUM_CHARACTERS;
  let sum = 0;
  for (let index = end; index < text.length; index += 1) sum = sum * 62 + base62Value(text.charCodeAt(index));
  return sum === crc32(text, end);
}

/** Of `0-9A-Za-z`, in this order. */
function base62Value(code: number): number {
  if (code <= 0x39) return code - 0x30;
  return code <= 0x5a ? code - 0x41 + 10 : code - 0x61 + 36;
}

/** What every key and token begins with, as far as four characters tell. */
const BEGINNING = /^lk(?:_[lt]|[sae]_)/;
const BEGINNING_CHARACTERS = 4;
const KEY_CHARACTER = /[0-9A-Za-z_]/;

/** What `next` gives until it is no part of a key. Stops where the beginning is none of ours, so that the many places that only look
 *  like one cost little. */
function collect(next: () => string | null): string {
  let text = '';
  while (text.length < LEAK_CHARACTERS_MAX) {
    const character = next();
    if (character === null || !KEY_CHARACTER.test(character)) break;
    text += character;
    if (text.length === BEGINNING_CHARACTERS && !BEGINNING.test(text)) return '';
  }
  return text;
}

const ESCAPE = /^(?:%(?:25)*|\\u00|=)([0-9A-Fa-f]{2})/;
const SOFT_BREAK = /^=\r?\n/;
const ESCAPE_CHARACTERS_MAX = 10;

/** Percent-encoded (also more than once), as in JSON or JavaScript, or quoted-printable with its soft line breaks. null when nothing
 *  is escaped, or what comes out of it is nothing. */
export function readEscaped(text: string, at: number): ReadLeak | null {
  const end = Math.min(text.length, at + LEAK_FORM_CHARACTERS_MAX);
  let place = at;
  let escapes = 0;
  const decoded = collect(() => {
    while (place < end) {
      const character = text.charAt(place);
      if (character !== '%' && character !== '\\' && character !== '=') {
        place += 1;
        return character;
      }
      const piece = text.slice(place, place + ESCAPE_CHARACTERS_MAX);
      const found = SOFT_BREAK.exec(piece) ?? ESCAPE.exec(piece);
      if (found === null) return null;
      escapes += 1;
      place += found[0].length;
      if (found[1] !== undefined) return String.fromCharCode(Number.parseInt(found[1], 16));
    }
    return null;
  });
  return escapes === 0 ? null : readLeakAt(decoded, 0);
}

/** Bytes of UTF-16 of either order, one character a byte: every second one is NUL. */
export function readUtf16(text: string, at: number): ReadLeak | null {
  let place = at - 2;
  const decoded = collect(() => {
    if (place >= at && text.charCodeAt(place + 1) !== 0) return null;
    place += 2;
    return place < text.length ? text.charAt(place) : null;
  });
  const read = readLeakAt(decoded, 0);
  return read === null ? null : { ...read, length: 2 * read.length };
}

/** What stands before the anchor in its group of four, with the bits of a key that are in it: an `l` may begin in each of the three
 *  bytes of a group. */
const BEFORE_ANCHOR: Readonly<Record<string, { readonly group: string; readonly skip: number }>> = {
  b: { group: '', skip: 0 },
  x: { group: 'AG', skip: 1 },
  s: { group: 'AAB', skip: 2 },
};
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BREAKS = /^[\r\n][\r\n \t]*/;
const BREAK_CHARACTERS_MAX = 64;

/** Base64, also the kind for addresses, over line breaks; `at` is where the anchor of one of the three alignments stands. */
export function readBase64(text: string, at: number): ReadLeak | null {
  const before = BEFORE_ANCHOR[text.charAt(at)];
  if (before === undefined) return null;
  const end = Math.min(text.length, at + LEAK_FORM_CHARACTERS_MAX);
  let place = at - before.group.length;
  let skip = before.skip;
  let bits = 0;
  let held = 0;
  const decoded = collect(() => {
    while (place < end) {
      const broken = place >= at && isBreak(text.charCodeAt(place));
      if (broken) place += BREAKS.exec(text.slice(place, place + BREAK_CHARACTERS_MAX))?.[0].length ?? 1;
      const value = base64Value(
        place < at ? before.group.charAt(place - at + before.group.length) : text.charAt(place),
      );
      if (value === -1 || place >= end) return null;
      place += 1;
      bits = ((bits << 6) | value) & 0xffff;
      held += 6;
      if (held < 8) continue;
      held -= 8;
      if (skip === 0) return String.fromCharCode((bits >> held) & 0xff);
      skip -= 1;
    }
    return null;
  });
  const read = readLeakAt(decoded, 0);
  return read === null ? null : { ...read, length: Math.floor((read.length * 4) / 3) };
}

function isBreak(code: number): boolean {
  return code === 10 || code === 13;
}

function base64Value(character: string): number {
  if (character === '') return -1;
  return BASE64.indexOf(character === '-' ? '+' : character === '_' ? '/' : character);
}
