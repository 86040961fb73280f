/** An address as numbers: IPv4 has 4 parts of 8 bits, IPv6 has 8 parts of 16 bits. An IPv4 address that is written as IPv6
 *  (`::ffff:10.0.0.1`) is the IPv4 address, so that no rule can be walked around by writing it another way. */
export interface IpAddress {
  readonly version: 4 | 6;
  readonly parts: readonly number[];
}

/** All addresses that begin with the first `prefixBits` bits of an address. */
export interface IpNetwork extends IpAddress {
  readonly prefixBits: number;
}

/** The longest text of an address: IPv6 with an IPv4 address at its end. */
const ADDRESS_CHARACTERS_MAX = 45;
const PART_BITS = { 4: 8, 6: 16 } as const;
const MAPPED_PREFIX_BITS = 96;
/** What one customer of a network provider gets: the host part below it changes at will. */
const SOURCE_PREFIX_PARTS = 4;

/** Reads an address; null when it is none. Zones (`fe80::1%eth0`) name an interface of one machine and are refused. */
export function parseAddress(text: string): IpAddress | null {
  if (text.length > ADDRESS_CHARACTERS_MAX) return null;
  if (!text.includes(':')) return parseV4(text);
  const parts = parseV6(text);
  return parts === null ? null : unmapped(parts);
}

/** Reads an address or a network such as `10.0.0.0/8`; null when it is neither. Host bits may be set and do not count. */
export function parseNetwork(text: string): IpNetwork | null {
  const slash = text.indexOf('/');
  const addressText = slash === -1 ? text : text.slice(0, slash);
  const address = parseAddress(addressText);
  if (address === null) return null;
  const bits = PART_BITS[address.version] * address.parts.length;
  if (slash === -1) return { ...address, prefixBits: bits };
  const prefixText = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefixText)) return null;
  const isMapped = address.version === 4 && addressText.includes(':');
  const prefixBits = Number(prefixText) - (isMapped ? MAPPED_PREFIX_BITS : 0);
  return prefixBits < 0 || prefixBits > bits ? null : { ...address, prefixBits };
}

/** Is the address inside the network? Addresses of the other version never are. */
export function isInNetwork(address: IpAddress, network: IpNetwork): boolean {
  if (address.version !== network.version) return false;
  const partBits = PART_BITS[network.version];
  let bitsLeft = network.prefixBits;
  for (let index = 0; bitsLeft > 0; index += 1, bitsLeft -= partBits) {
    const free = Math.max(0, partBits - bitsLeft);
    if ((address.parts[index] ?? 0) >>> free !== (network.parts[index] ?? 0) >>> free) return false;
  }
  return true;
}

/** Is the text an IPv4 address? It has one writing only: without leading zeros, because some programs read them as octal. */
export function isCanonicalV4(text: string): boolean {
  return V4_SHAPE.test(text);
}

const V4_SHAPE = /^(?:(?:0|1\d{0,2}|2(?:[0-4]\d?|5[0-5]?|[6-9])?|[3-9]\d?)(?:\.(?!$)|$)){4}$/;

/** An address in its one canonical writing (RFC 5952 for IPv6). */
export function addressText(address: IpAddress): string {
  return address.version === 4 ? address.parts.join('.') : v6Text(address.parts);
}

/** Whom an address stands for when attempts are counted: an IPv4 address itself, the /64 of an IPv6 address, because whoever has
 *  one address of a /64 has them all. `203.0.113.9`, `2001:db8:1:2::/64`; null when the text is no address. */
export function addressSource(text: string): string | null {
  const address = parseAddress(text);
  if (address === null) return null;
  if (address.version === 4) return addressText(address);
  const network = address.parts.map((part, index) => (index < SOURCE_PREFIX_PARTS ? part : 0));
  return `${v6Text(network)}/64`;
}

function parseV4(text: string): IpAddress | null {
  const pieces = text.split('.', 5);
  if (pieces.length !== 4) return null;
  const parts: number[] = [];
  for (const piece of pieces) {
    // Without leading zeros: some programs read them as octal.
    if (!/^(?:0|[1-9]\d{0,2})$/.test(piece)) return null;
    const part = Number(piece);
    if (part > 255) return null;
    parts.push(part);
  }
  return { version: 4, parts };
}

function parseV6(text: string): readonly number[] | null {
  const gap = text.indexOf('::');
  if (gap === -1) {
    const parts = groups(text, true);
    return parts?.length === 8 ? parts : null;
  }
  const head = gap === 0 ? [] : groups(text.slice(0, gap), false);
  const tailText = text.slice(gap + 2);
  const tail = tailText === '' ? [] : groups(tailText, true);
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? null : [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function groups(text: string, mayEndInV4: boolean): readonly number[] | null {
  const pieces = text.split(':', 9);
  const parts: number[] = [];
  for (const [index, piece] of pieces.entries()) {
    if (mayEndInV4 && index === pieces.length - 1 && piece.includes('.')) {
      const v4 = parseV4(piece);
      if (v4 === null) return null;
      const [a = 0, b = 0, c = 0, d = 0] = v4.parts;
      parts.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(piece)) parts.push(Number.parseInt(piece, 16));
    else return null;
  }
  return parts;
}

function unmapped(parts: readonly number[]): IpAddress {
  const isMapped = parts.slice(0, 5).every((part) => part === 0) && parts[5] === 0xffff;
  if (!isMapped) return { version: 6, parts };
  const [high = 0, low = 0] = parts.slice(6);
  return { version: 4, parts: [high >>> 8, high & 255, low >>> 8, low & 255] };
}

function v6Text(parts: readonly number[]): string {
  const { start, length } = longestZeros(parts);
  const hex = parts.map((part) => part.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** The first of the longest runs of zero parts. */
function longestZeros(parts: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < parts.length; start += 1) {
    let length = 0;
    while (parts[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  return best;
}
