/** Digits of base62, in the order of their values. */
export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Largest multiple of 62 in a byte. Bytes from here on are thrown away: keeping them would favour the first digits. */
const FAIR_BYTES = 248;

/** `length` base62 characters, each equally likely when `nextBytes` gives uniform random bytes.
 *  Asks for bytes as often as it needs them. */
export function randomBase62(length: number, nextBytes: (count: number) => Uint8Array): string {
  const codes = new Uint8Array(length);
  fillBase62(codes, nextBytes);
  let text = '';
  for (const code of codes) text += String.fromCharCode(code);
  return text;
}

/** The same as character codes, for who makes many texts of them. */
export function fillBase62(codes: Uint8Array, nextBytes: (count: number) => Uint8Array): void {
  const { length } = codes;
  let done = 0;
  while (done < length) {
    const bytes = nextBytes(length - done + 4);
    for (let index = 0; index < bytes.length && done < length; index += 1) {
      const byte = bytes[index] ?? FAIR_BYTES;
      if (byte < FAIR_BYTES) codes[done++] = BASE62.charCodeAt(byte % 62);
    }
  }
}

/** A whole number as base62, most significant digit first, left-padded with `0`.
 *  Throws RangeError when `value` is negative, not whole, or does not fit into `width` digits. */
export function encodeBase62Fixed(value: number, width: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('Base62 takes whole numbers from 0.');
  let text = '';
  let rest = value;
  for (let place = 0; place < width; place += 1) {
    text = BASE62.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  if (rest > 0) throw new RangeError(`${String(value)} has more than ${String(width)} base62 digits.`);
  return text;
}

/** Is `text` from `start` to its end what encodeBase62Fixed gives for `value` and so many digits? */
export function endsInBase62(text: string, start: number, value: number): boolean {
  let rest = value;
  for (let at = text.length - 1; at >= start; at -= 1) {
    if (text.charCodeAt(at) !== BASE62.charCodeAt(rest % 62)) return false;
    rest = Math.floor(rest / 62);
  }
  return rest === 0;
}
