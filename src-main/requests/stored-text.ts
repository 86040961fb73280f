import { redactKeys } from '#main/domain/redact-keys.ts';

/** C0, DEL, C1 and the two line separators: they end lines or steer terminals where a log is printed. */
// eslint-disable-next-line no-control-regex -- naming control characters is the point
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
/** A UTF-16 unit is at most three bytes of UTF-8. */
const BYTES_PER_UNIT_MAX = 3;

/** Largest texts of a row, in bytes of UTF-8 after escaping. */
export const PATH_BYTES_MAX = 1_024;
export const USER_AGENT_BYTES_MAX = 256;
export const SHORT_TEXT_BYTES_MAX = 512;

/** A text as the log keeps it: secrets of keys and tokens redacted (before the cut, which could make one unrecognisable), control
 *  characters written as `\u001b`, lone surrogates replaced, cut at a whole character to at most `bytesMax` bytes. */
export function storedText(text: string, bytesMax: number): string {
  const escaped = redactKeys(text).toWellFormed().replace(CONTROL_CHARACTERS, escapeOne);
  if (escaped.length * BYTES_PER_UNIT_MAX <= bytesMax) return escaped;
  const bytes = Buffer.from(escaped, 'utf8');
  if (bytes.length <= bytesMax) return escaped;
  let end = bytesMax;
  // 10xxxxxx continues a character: cutting before it would leave half of one.
  while (end > 0 && ((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1;
  return bytes.toString('utf8', 0, end);
}

function escapeOne(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
