/** CRC-32 (IEEE 802.3, as in zlib) of every four-bit value. Sixteen entries need no table built at start. */
const NIBBLES = [
  0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320,
  0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
] as const;

/** CRC-32 of the UTF-8 bytes of `text` up to its character `end`, 0 to 2^32 - 1. Half a surrogate pair counts as U+FFFD, as
 *  everywhere else. */
export function crc32(text: string, end = text.length): number {
  let crc = 0xffffffff;
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
  let crc = before ^ byte;
  crc = (crc >>> 4) ^ (NIBBLES[crc & 15] ?? 0);
  return (crc >>> 4) ^ (NIBBLES[crc & 15] ?? 0);
}
