import { addressText, isCanonicalV4, isInNetwork, parseAddress } from './ip-address.ts';
import type { IpAddress, IpNetwork } from './ip-address.ts';

/** Proxies in a row that are looked through; a longer chain of trusted ones is no real installation. */
const HOPS_MAX = 32;
/** Of longer header texts the end is read. */
const CHAIN_CHARACTERS_MAX = 4_096;

/** What is known about the way that a request came. */
export interface AddressChain {
  /** The text of X-Forwarded-For, several headers joined by commas; null when there was none. */
  readonly forwardedFor: string | null;
  /** Who connected. null = whoever wrote `forwardedFor` has proved itself in another way (a service token), so that the last
   *  address in it counts as told by somebody who is trusted. */
  readonly peer: string | null;
  /** Proxies whose word about who connected to them is taken. */
  readonly trusted: readonly IpNetwork[];
}

/** The client's address: from the right, the first that is not one of the trusted proxies; when all are, the leftmost. What
 *  stands left of an untrusted address was written by a stranger and is never read. Ports, brackets and the case of letters are
 *  taken off; the answer is in canonical writing. null when a trusted proxy wrote something that is no address, and when
 *  more trusted ones stand in a row than are looked through: then nobody is named, rather than somebody wrong. */
export function clientAddress({ forwardedFor, peer, trusted }: AddressChain): string | null {
  // What nearly every proxy says: one address, in its canonical writing.
  if (peer === null && trusted.length === 0 && forwardedFor !== null && isCanonicalV4(forwardedFor)) {
    return forwardedFor;
  }
  const told = entriesOf(forwardedFor);
  const entries = peer === null ? told : [...told, peer];
  for (let hop = 1; hop <= HOPS_MAX; hop += 1) {
    const address = parseEntry(entries[entries.length - hop] ?? NO_ADDRESS);
    if (address === null) return null;
    const isLeftmost = hop === entries.length;
    if (isLeftmost || !trusted.some((network) => isInNetwork(address, network))) return addressText(address);
  }
  return null;
}

const NO_ADDRESS = '';

function entriesOf(text: string | null): readonly string[] {
  if (text === null) return [];
  if (text.length > CHAIN_CHARACTERS_MAX) return endOf(text.slice(-CHAIN_CHARACTERS_MAX));
  const entries = piecesOf(text);
  // A proxy that joins an absent header and the peer writes `, 203.0.113.9`.
  const first = entries.findIndex((entry) => entry !== '');
  return first === -1 ? [] : entries.slice(first);
}

/** The last entries of a longer chain, behind one that names nobody. Its length is a stranger's to choose: who writes a long one is read
 *  all the same where the proxies begin. */
function endOf(text: string): readonly string[] {
  const [, ...entries] = piecesOf(text);
  return [NO_ADDRESS, ...entries];
}

function piecesOf(text: string): readonly string[] {
  return text.split(',').map((entry) => entry.trim());
}

/** The one address that a text names, with or without port, brackets or zone, in canonical writing; null when it names none. */
export function singleAddress(text: string): string | null {
  const address = parseEntry(text.trim().replace(ZONE, ''));
  return address === null ? null : addressText(address);
}

/** Names an interface of the machine that told the address. */
const ZONE = /%[0-9A-Za-z._~-]{1,32}(?=$|\])/;

/** `203.0.113.9`, `203.0.113.9:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`. */
function parseEntry(entry: string): IpAddress | null {
  const bracketed = /^\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?$/.exec(entry);
  if (bracketed !== null) {
    const inside = bracketed[1] ?? '';
    return inside.includes(':') ? parseAddress(inside) : null;
  }
  const withPort = /^([0-9.]+):\d{1,5}$/.exec(entry);
  return parseAddress(withPort === null ? entry : (withPort[1] ?? ''));
}
