/** IEEE 802.3, as in zlib, lowest bit first. */
const POLYNOMIAL = 0xedb88320;
const BYTE_VALUES = 256;
/** What each byte does to the sum. As 32-bit integers: in a plain array half of them would be floating-point numbers, which
 *  makes the checksum the dearest part of refusing garbage. */
const STEPS = Int32Array.from({ length: BYTE_VALUES }, (_, byte) => {
  let step = byte;
  for (let bit = 0; bit < 8; bit += 1) step = (step >>> 1) ^ (step & 1 ? POLYNOMIAL : 0);
  return step;
});

/** CRC-32 of the UTF-8 bytes of `text` up to its character `end`, 0 to 2^32 - 1. Half a surrogate pair counts as U+FFFD, as
 *  everywhere else. */
export function crc32(text: string, end = text.length): number {
  let crc = -1;
  for (let index = 0; index < end; index += 1) {
    const code = text.charCodeAt(index);
    // Keys and tokens are ASCII: they never leave this loop.
    if (code > 0x7f) return ofBytes(crc, text.slice(index, end));
    crc = afterByte(crc, code);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function ofBytes(before: number, rest: string): number {
  let crc = before;
  for (const character of rest.toWellFormed()) {
    const point = character.codePointAt(0) ?? 0;
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    // The first byte says in its leading ones how many follow; each of those carries six bits.
    const lead = size === 1 ? 0 : (0xf00 >>> size) & 0xff;
    crc = afterByte(crc, lead | (point >>> (6 * (size - 1))));
    for (let left = size - 2; left >= 0; left -= 1)
      crc = afterByte(crc, 0x80 | ((point >>> (6 * left)) & 0x3f));
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function afterByte(before: number, byte: number): number {
  return (before >>> 8) ^ (STEPS[(before ^ byte) & 0xff] ?? 0);
}
