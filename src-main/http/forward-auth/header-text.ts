/** A name as a header value: printable ASCII stays, everything else and `%` is percent-encoded as UTF-8. `decodeURIComponent`
 *  gives the name back; no line break gets through. */
export function headerText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.toWellFormed().replaceAll(UNSAFE, encodeURIComponent);
}

const PLAIN = /^[ -$&-~]*$/;
/** Whole code points: half a surrogate pair cannot be encoded. */
const UNSAFE = /[^ -$&-~]/gu;

/** A sentence of ours as a quoted string inside a header. Neither quotes nor backslashes may stand in an error_description, not
 *  even escaped (RFC 6750); typographic marks become plain ones. */
export function quotedText(text: string): string {
  return `"${headerText(text.replaceAll(/[“”"]/g, "'").replaceAll(/[‘’]/g, "'").replaceAll('\\', '/'))}"`;
}

/** JSON on one line of ASCII, as a header can carry it. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^ -~]/g,
    (unit) => String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, '0'),
  );
}

/** Header bytes, which Node reads as Latin-1, as the UTF-8 that clients write. */
export function fromHeaderBytes(value: string): string {
  // eslint-disable-next-line no-control-regex -- what is looked for is everything that is not ASCII
  return /[^\x00-\x7f]/.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value;
}
