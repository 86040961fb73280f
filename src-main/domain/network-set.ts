import { addressText, type IpAddress, type IpNetwork } from './ip-address.ts';

/** A network of a set, with what it stands for. */
export interface NetworkEntry<Value> {
  readonly network: IpNetwork;
  readonly value: Value;
}

/** All networks of one length, by their leading bits. */
interface Length<Value> {
  readonly prefixBits: number;
  readonly byStart: Map<number | string, Value>;
}

/** Networks to find an address in. A look-up costs one step for each length of prefix that occurs, however many networks there are.
 *  Of the same network the later entry counts. */
export class NetworkSet<Value> {
  readonly #lengths: Readonly<Record<4 | 6, Length<Value>[]>> = { 4: [], 6: [] };
  readonly size: number;

  constructor(entries: readonly NetworkEntry<Value>[]) {
    this.size = entries.length;
    for (const { network, value } of entries) {
      const { prefixBits, version } = network;
      const lengths = this.#lengths[version];
      let length = lengths.find((each) => each.prefixBits === prefixBits);
      if (length === undefined) lengths.push((length = { prefixBits, byStart: new Map() }));
      length.byStart.set(startOf(network, prefixBits), value);
    }
    for (const lengths of Object.values(this.#lengths)) lengths.sort((a, b) => b.prefixBits - a.prefixBits);
  }

  /** What the narrowest network around the address stands for that `counts`; null when there is none. */
  find(address: IpAddress, counts: (value: Value) => boolean): Value | null {
    for (const { prefixBits, byStart } of this.#lengths[address.version]) {
      const value = byStart.get(startOf(address, prefixBits));
      if (value !== undefined && counts(value)) return value;
    }
    return null;
  }
}

/** The one writing of a network: its first address, and its length unless it is a single address. */
export function networkText(network: IpNetwork): string {
  const partBits = PART_BITS[network.version];
  const parts = network.parts.map((part, index) =>
    maskedPart(part, network.prefixBits - index * partBits, partBits),
  );
  const text = addressText({ version: network.version, parts });
  return network.prefixBits === partBits * parts.length ? text : `${text}/${String(network.prefixBits)}`;
}

const PART_BITS = { 4: 8, 6: 16 } as const;

/** The leading bits of an address: a number for IPv4, a text for IPv6. */
function startOf({ version, parts }: IpAddress, prefixBits: number): number | string {
  if (version === 4) {
    const [a = 0, b = 0, c = 0, d = 0] = parts;
    const whole = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    return prefixBits === 0 ? 0 : (whole >>> (32 - prefixBits)) >>> 0;
  }
  let text = '';
  for (let index = 0; index * 16 < prefixBits; index += 1) {
    text += String.fromCharCode(maskedPart(parts[index] ?? 0, prefixBits - index * 16, 16));
  }
  return text;
}

function maskedPart(part: number, bitsLeft: number, partBits: number): number {
  const free = Math.min(partBits, Math.max(0, partBits - bitsLeft));
  return (part >>> free) << free;
}
